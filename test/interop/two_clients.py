"""Two people watch each other with slixmpp: two_clients.py HOST:PORT WATCHED WATCHER PASSWORD

Prints by which mechanism the watcher has logged in, and what it sees of the watched.
"""

import asyncio
import ssl
import sys

import slixmpp

address, watched_jid, watcher_jid, password = sys.argv[1:]
host, port = address.rsplit(":", 1)


class Person(slixmpp.ClientXMPP):
    """Logs in over STARTTLS, trusting the server's own certificate as a user who clicks "trust" does."""

    def __init__(self, jid):
        super().__init__(jid + "/slixmpp", password)
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.auto_authorize = True
        self.auto_subscribe = True
        self.online = asyncio.get_event_loop().create_future()
        self.seen = asyncio.Queue()
        self.add_event_handler("session_start", self.start)
        self.add_event_handler("presence", self.presence)
        self.add_event_handler("failed_all_auth", lambda _: sys.exit("wrong password"))

    async def start(self, _event):
        await self.get_roster()
        self.send_presence()
        self.online.set_result(None)

    def presence(self, presence):
        if presence["from"].bare != self.boundjid.bare:
            self.seen.put_nowait(presence)

    async def sees(self, wanted):
        """Waits for presence of this type, or with this show, and says so."""
        while True:
            presence = await self.seen.get()
            if wanted in (presence["type"], presence["show"]):
                status = f" {presence['status']}" if presence["status"] else ""
                name = presence["from"].user
                print(f"{self.boundjid.user} sees {name}: {wanted}{status}", flush=True)
                return

    def connect_here(self):
        self.connect((host, int(port)))


async def main():
    watched, watcher = Person(watched_jid), Person(watcher_jid)
    for person in (watched, watcher):
        person.connect_here()
        await asyncio.wait_for(person.online, 15)
    print(f"{watcher.boundjid.user} uses {watcher['feature_mechanisms'].mech.name}", flush=True)
    watcher.send_presence_subscription(watched_jid)
    await watcher.sees("available")
    watched.send_presence(pshow="away", pstatus="at lunch")
    await watcher.sees("away")
    await watched.disconnect()
    await watcher.sees("unavailable")
    await watcher.disconnect()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 30))
