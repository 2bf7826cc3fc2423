// One connected resource of a person, in the words of the conversations.

import { child, children, escapeXml, render, stanzaMatcher } from '@rollcall/testkit';
import type { StanzaMatcher, XmlElement, XmppClient } from '@rollcall/testkit';
import type { Setting } from './setting.ts';

export class Device {
  readonly client: XmppClient;
  readonly #setting: Setting;

  constructor(client: XmppClient, setting: Setting) {
    this.client = client;
    this.#setting = setting;
  }

  /** The full JID. */
  get full(): string {
    return this.client.jid;
  }

  get connected(): boolean {
    return this.client.connection.isOpen;
  }

  sends(stanza: string | Uint8Array): void {
    this.client.send(stanza);
  }

  /** The next stanza that matches; what came before it stays in the inbox. */
  receives(wanted: StanzaMatcher): Promise<XmlElement> {
    return this.client.expect(wanted);
  }

  /** These stanzas in this order, whatever comes between them. */
  async receivesInOrder(...wanted: readonly StanzaMatcher[]): Promise<readonly XmlElement[]> {
    const stanzas: XmlElement[] = [];
    for (const one of wanted) stanzas.push(await this.client.expect(one));
    const positions = stanzas.map((stanza) => this.client.connection.positionOf(stanza));
    if (positions.some((position, index) => position < (positions[index - 1] ?? 0))) {
      this.#fails(`received in another order: ${wanted.map(String).join(', ')}`);
    }
    return stanzas;
  }

  /** These stanzas in this order and, once all is quiet, nothing else. */
  async receivesOnly(...wanted: readonly StanzaMatcher[]): Promise<readonly XmlElement[]> {
    const stanzas = await this.receivesInOrder(...wanted);
    await this.receivesNothing();
    return stanzas;
  }

  /** Once all is quiet, nothing is there that was not taken. */
  receivesNothing(): Promise<void> {
    return this.receivesNo(() => true);
  }

  /** Once all is quiet, nothing is there that matches. */
  async receivesNo(unwanted: StanzaMatcher): Promise<void> {
    await this.#setting.settles();
    const found = this.#unread().filter(stanzaMatcher(unwanted));
    if (found.length > 0) this.#fails(`received ${found.map((stanza) => render(stanza)).join('')}`);
  }

  /** Drops what has arrived. */
  forgets(): void {
    this.client.connection.takeUnread();
  }

  /** An iq's answer, result or error. */
  asks(type: 'get' | 'set', content: string, to?: string): Promise<XmlElement> {
    return this.client.ask(type, content, to);
  }

  /** An iq that is granted. */
  async gets(content: string, to?: string): Promise<XmlElement> {
    return this.#granted(await this.asks('get', content, to));
  }

  async sets(content: string, to?: string): Promise<XmlElement> {
    return this.#granted(await this.asks('set', content, to));
  }

  /** An iq that is refused, with one of these conditions. */
  async isRefused(
    type: 'get' | 'set',
    content: string,
    conditions: readonly string[],
    to?: string,
  ): Promise<void> {
    const answer = await this.asks(type, content, to);
    const condition = errorCondition(answer);
    if (condition === undefined || !conditions.includes(condition)) {
      this.#fails(`wanted ${conditions.join(' or ')}, got ${render(answer)}`);
    }
  }

  /** Asks for the roster, which makes the resource interested in pushes (RFC 6121 §2.1.6). */
  async getsRoster(): Promise<readonly XmlElement[]> {
    const answer = await this.gets(`<query xmlns='jabber:iq:roster'/>`);
    return children(child(answer, 'query') ?? answer, 'item');
  }

  async rosterItem(jid: string): Promise<XmlElement | undefined> {
    return (await this.getsRoster()).find((item) => item.attrs['jid'] === jid);
  }

  /** A push for this contact with these attributes; answered, as a client should. */
  async receivesPush(
    jid: string,
    attrs: Readonly<Record<string, string>> = {},
  ): Promise<XmlElement> {
    const wanted = Object.entries({ jid, ...attrs }).map(
      ([name, value]) => `${name}='${escapeXml(value)}'`,
    );
    const push = await this.receives(
      `<iq type='set'><query xmlns='jabber:iq:roster'><item ${wanted.join(' ')}/></query></iq>`,
    );
    this.sends(`<iq type='result' id='${escapeXml(push.attrs['id'] ?? '')}'/>`);
    const item = child(child(push, 'query') ?? push, 'item');
    if (item === undefined) return this.#fails(`a push without an item: ${render(push)}`);
    return item;
  }

  /** Says goodbye in the proper order; what the server does on it is done when this resolves. */
  async leaves(presence = `<presence type='unavailable'/>`): Promise<void> {
    this.sends(presence);
    await this.client.ping();
    await this.client.close();
  }

  /** The connection breaks. */
  vanishes(): Promise<void> {
    return this.client.cut();
  }

  /** Without one's own presence, which every resource is told again (RFC 6121 §4.2.2). */
  #unread(): readonly XmlElement[] {
    return this.client.connection
      .unread()
      .filter((stanza) => stanza.name !== 'presence' || stanza.attrs['from'] !== this.full);
  }

  #granted(answer: XmlElement): XmlElement {
    if (answer.attrs['type'] !== 'result') this.#fails(`refused: ${render(answer)}`);
    return answer;
  }

  #fails(what: string): never {
    throw new Error(`${this.full} ${what}\n\n${String(this.client.connection.transcript)}`);
  }
}

/** The defined condition of an error stanza; undefined if it is not one (RFC 6120 §8.3). */
export function errorCondition(stanza: XmlElement): string | undefined {
  if (stanza.attrs['type'] !== 'error') return undefined;
  const error = child(stanza, 'error');
  if (error === undefined) return undefined;
  const conditions = error.children.filter(
    (node) => typeof node !== 'string' && node.ns === 'urn:ietf:params:xml:ns:xmpp-stanzas',
  );
  return conditions
    .map((node) => (typeof node === 'string' ? '' : node.name))
    .find((name) => name !== 'text');
}
