// The people of one test, their streams in one transcript, and the way to know that all is quiet.

import { Transcript, XmppClient } from '@rollcall/testkit';
import type { ServerUnderTest } from '@rollcall/testkit';
import { Person } from './person.ts';
import type { Setting } from './setting.ts';

/** All accounts of a run share it. */
export const password = 'correct horse';

export class Conversation implements Setting {
  readonly server: ServerUnderTest;
  readonly transcript = new Transcript();
  readonly #clients: XmppClient[] = [];
  readonly #patienceMs: number;

  /** `patienceMs`: how long to wait for what should come. */
  constructor(server: ServerUnderTest, patienceMs: number) {
    this.server = server;
    this.#patienceMs = patienceMs;
  }

  person(name: string): Person {
    return new Person(name, this);
  }

  async logIn(name: string, resource: string): Promise<XmppClient> {
    const client = await XmppClient.login({
      host: this.server.host,
      port: this.server.port,
      domain: this.server.domain,
      name,
      password,
      resource,
      transcript: this.transcript,
      timeoutMs: this.#patienceMs,
    });
    this.#clients.push(client);
    return client;
  }

  /**
   * Resolves when whatever the devices have sent so far has had its effect on all of them; all that are connected,
   * unless given.
   *
   * Nothing in XMPP says "that was all", so the effects are flushed out by stanzas that take the same ways behind them.
   * Streams are read in order, and a server hands on what one sender says to one receiver in order (RFC 6120 §10.1).
   *
   * 1. Each device pings its own full JID: its stanzas have come to its account, and what the account says to the device
   *    itself has arrived.
   * 2. Each device pings each other, and the ping has been seen there or has come back as an error (from the account of
   *    one who blocks, so it has taken the same way): all that a device sent has come to the account of the other.
   * 3. Once more: what the other's account said upon that is ahead of this ping on the way back.
   * 4. Each device pings itself again: what the pings pushed into its account has been written to it.
   *
   * That is sound for presence, messages and iqs, over any number of nodes, for effects of up to two hops (I say, the
   * other's account answers). It is not sound by itself for subscription stanzas where these travel by a queue of their
   * own: a conversation that must prove that none was passed on ends in one that must be (`hearsNo`).
   */
  async settles(clients: readonly XmppClient[] = this.connected): Promise<void> {
    const pingThemselves = () => Promise.all(clients.map((client) => client.ping()));
    const pingEachOther = () =>
      Promise.all(
        clients.flatMap((from) =>
          clients.filter((to) => to !== from).map((to) => reaches(from, to)),
        ),
      );
    await pingThemselves();
    await pingEachOther();
    await pingEachOther();
    await pingThemselves();
  }

  async quiets(): Promise<void> {
    await this.settles();
    for (const client of this.connected) client.connection.takeUnread();
  }

  async ends(): Promise<void> {
    await Promise.all(this.connected.map((client) => client.cut()));
  }

  get connected(): readonly XmppClient[] {
    return this.#clients.filter((client) => client.connection.isOpen);
  }
}

/** One who blocks iqs gets no pong: that the other has seen the ping is enough. */
function reaches(from: XmppClient, to: XmppClient): Promise<void> {
  return Promise.race([
    to.pinged(from.jid),
    // When the other stream ends before it answers, there is nothing left to settle there.
    from.ping(to.jid).catch(() => undefined),
  ]);
}
