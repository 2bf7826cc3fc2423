// Somebody with an account and any number of devices. Most people have one; what one says to a person, one says to the
// first device that is still connected.

import type { StanzaMatcher, XmlElement } from '@rollcall/testkit';
import { Device } from './device.ts';
import type { Setting } from './setting.ts';

export class Person {
  readonly name: string;
  /** The bare JID. */
  readonly bare: string;
  readonly conversation: Setting;
  readonly #devices: Device[] = [];

  constructor(name: string, conversation: Setting) {
    this.name = name;
    this.bare = `${name}@${conversation.server.domain}`;
    this.conversation = conversation;
  }

  get devices(): readonly Device[] {
    return this.#devices.filter((device) => device.connected);
  }

  get device(): Device {
    const [first] = this.devices;
    if (first === undefined) throw new Error(`${this.name} has no connected device`);
    return first;
  }

  /** The full JID of the first device. */
  get full(): string {
    return this.device.full;
  }

  /** A stream with a bound resource, and no more. */
  async logsIn(resource = 'home'): Promise<Device> {
    const client = await this.conversation.logIn(this.name, resource);
    const device = new Device(client, this.conversation);
    this.#devices.push(device);
    return device;
  }

  /** Logs in, asks for the roster, sends initial presence; what comes of it stays in the inbox. */
  async comesOnline(resource = 'home', presence = '<presence/>'): Promise<Device> {
    const device = await this.logsIn(resource);
    await device.getsRoster();
    device.sends(presence);
    await device.client.ping();
    return device;
  }

  /** Every device says goodbye in the proper order. */
  async leaves(): Promise<void> {
    for (const device of this.devices) await device.leaves();
  }

  sends(stanza: string): void {
    this.device.sends(stanza);
  }

  receives(wanted: StanzaMatcher): Promise<XmlElement> {
    return this.device.receives(wanted);
  }

  receivesInOrder(...wanted: readonly StanzaMatcher[]): Promise<readonly XmlElement[]> {
    return this.device.receivesInOrder(...wanted);
  }

  receivesOnly(...wanted: readonly StanzaMatcher[]): Promise<readonly XmlElement[]> {
    return this.device.receivesOnly(...wanted);
  }

  receivesNothing(): Promise<void> {
    return this.device.receivesNothing();
  }

  receivesNo(unwanted: StanzaMatcher): Promise<void> {
    return this.device.receivesNo(unwanted);
  }

  receivesPush(jid: string, attrs?: Readonly<Record<string, string>>): Promise<XmlElement> {
    return this.device.receivesPush(jid, attrs);
  }

  asks(type: 'get' | 'set', content: string, to?: string): Promise<XmlElement> {
    return this.device.asks(type, content, to);
  }

  gets(content: string, to?: string): Promise<XmlElement> {
    return this.device.gets(content, to);
  }

  sets(content: string, to?: string): Promise<XmlElement> {
    return this.device.sets(content, to);
  }

  isRefused(
    type: 'get' | 'set',
    content: string,
    conditions: readonly string[],
    to?: string,
  ): Promise<void> {
    return this.device.isRefused(type, content, conditions, to);
  }

  rosterItem(jid: string): Promise<XmlElement | undefined> {
    return this.device.rosterItem(jid);
  }
}
