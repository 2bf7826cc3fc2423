// The people of one test, their streams in one transcript, and the way to know that all is quiet.

import { Transcript, XmppClient } from '@rollcall/testkit';
import type { ServerUnderTest } from '@rollcall/testkit';
import { Device } from './device.ts';
import { Person } from './person.ts';

/** All accounts of a run share it. */
export const password = 'correct horse';

export class Conversation {
  readonly server: ServerUnderTest;
  readonly transcript = new Transcript();
  readonly #devices: Device[] = [];
  readonly #patienceMs: number;

  /** `patienceMs`: how long to wait for what should come. */
  constructor(server: ServerUnderTest, patienceMs: number) {
    this.server = server;
    this.#patienceMs = patienceMs;
  }

  person(name: string): Person {
    return new Person(name, `${name}@${this.server.domain}`, this);
  }

  async logIn(person: Person, resource: string): Promise<Device> {
    const client = await XmppClient.login({
      host: this.server.host,
      port: this.server.port,
      domain: this.server.domain,
      name: person.name,
      password,
      resource,
      transcript: this.transcript,
      timeoutMs: this.#patienceMs,
    });
    const device = new Device(client, this);
    this.#devices.push(device);
    return device;
  }

  /**
   * Resolves when whatever the devices have sent so far has had its effect on all of them.
   *
   * Nothing in XMPP says "that was all", so the effects are flushed out by stanzas that take the same ways behind them.
   * Streams are read in order, and a server hands on what one sender says to one receiver in order (RFC 6120 §10.1).
   *
   * 1. Each device pings its own full JID: its stanzas have come to its account, and what the account says to the device
   *    itself has arrived.
   * 2. Each device pings each other: the ping is behind all that it sent, on the way from its account to the other's;
   *    the pong is behind all that the other account answered to this one. A ping that is blocked comes back as an
   *    error from the blocker's account, so it has taken the same way.
   * 3. Each device pings itself again: what the pings pushed into its account has been written to it.
   *
   * That is sound for presence, messages and iqs, over any number of nodes, for effects of up to two hops (I say, the
   * other's account answers). It is not sound by itself for subscription stanzas where these travel by a queue of their
   * own: a conversation that must prove that none was passed on ends in one that must be.
   */
  async settles(): Promise<void> {
    const devices = this.connected;
    const pingThemselves = () => Promise.all(devices.map((device) => device.client.ping()));
    await pingThemselves();
    await Promise.all(
      devices.flatMap((from) =>
        devices.filter((to) => to !== from).map((to) => from.client.ping(to.full)),
      ),
    );
    await pingThemselves();
  }

  /** As `settles`, and forgets what has arrived: the set-up of a test ends so. */
  async quiets(): Promise<void> {
    await this.settles();
    for (const device of this.connected) device.forgets();
  }

  async ends(): Promise<void> {
    await Promise.all(this.connected.map((device) => device.vanishes()));
  }

  get connected(): readonly Device[] {
    return this.#devices.filter((device) => device.connected);
  }
}
