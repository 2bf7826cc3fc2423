// What someone writes who has installed the packages: a stream handed over, a session opened, presence asked for. It
// prints one line for each.

import { callbackAuthenticator, type UserPresence } from '@rollcall/front-end';
import { embedEngine } from '@rollcall/gateway';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';

const rollcall = await embedEngine({
  domains: ['localhost'],
  directory: './data',
  log: pino({ level: 'silent' }),
});
await rollcall.ensureUser('alice@localhost');
const frontEnd = rollcall.createFrontEnd({
  authenticator: callbackAuthenticator(() => Promise.resolve(undefined)),
});

const server = createServer((socket) => {
  frontEnd.handleStream(socket, { user: 'alice@localhost', secure: true });
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
client.write(
  `<stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
    `xmlns:stream='http://etherx.jabber.org/streams'>`,
);
let heard = '';
while (!heard.includes('</stream:features>')) {
  const [chunk] = (await once(client, 'data')) as [Buffer];
  heard += chunk.toString();
}
process.stdout.write(`stream ${heard.includes('urn:ietf:params:xml:ns:xmpp-bind')}\n`);
client.destroy();
server.close();

const session = await frontEnd.openSession({ user: 'alice@localhost', resource: 'web' });
session.setPresence({ show: 'away', status: 'Lunch' });
for await (const event of session) {
  if (event.kind !== 'presence') continue;
  process.stdout.write(`session ${event.from} ${event.presence.status ?? ''}\n`);
  break;
}

const { users } = await frontEnd.ask({ viewer: 'alice@localhost', users: ['alice@localhost'] });
const [alice]: readonly UserPresence[] = users;
process.stdout.write(`ask ${alice?.devices[0]?.show ?? 'gone'}\n`);
await rollcall.stop();
