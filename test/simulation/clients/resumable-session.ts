/** What a client does over a managed stream, as it does in an embedded session. */
import type { Contact, EmbeddedSession, RosterChange } from '@rollcall/front-end';
import {
  attrOf,
  childElements,
  childNamed,
  NS,
  serializeElement,
  textOf,
  xml,
  type BareJid,
  type FullJid,
  type XmlElement,
} from '@rollcall/xmpp';
import type { SimClock } from '../world/sim-clock.ts';
import type { ClientEvent, ClientSession } from './client-session.ts';
import { ManagedStream, type StreamOptions } from './managed-stream.ts';

export class ResumableSession implements ClientSession {
  readonly address: FullJid;
  readonly stream: ManagedStream;
  readonly #clock: SimClock;
  readonly #asked = new Map<string, (answer: XmlElement) => void>();
  #lastId = 0;

  private constructor(address: FullJid, stream: ManagedStream, clock: SimClock) {
    this.address = address;
    this.stream = stream;
    this.#clock = clock;
  }

  static async open(options: StreamOptions): Promise<ResumableSession> {
    const stream = new ManagedStream(options);
    return new ResumableSession(await stream.open(), stream, options.clock);
  }

  get ended(): ClientSession['ended'] {
    return this.stream.ended;
  }

  send(stanza: XmlElement): void {
    this.stream.say(serializeElement(stanza));
  }

  sendPresence(to: string, { status = '' }: { readonly status?: string } = {}): void {
    this.send(xml('presence', NS.client, { to }, xml('status', NS.client, {}, status)));
  }

  probe(to: string): void {
    this.send(xml('presence', NS.client, { to, type: 'probe' }));
  }

  async roster(): ReturnType<EmbeddedSession['roster']> {
    const result = await this.request('get', xml('query', NS.roster));
    const changes = readRoster(result);
    return {
      contacts: changes.flatMap((change) => (change.kind === 'set' ? [change.contact] : [])),
    };
  }

  async setContact(jid: string, { name }: { readonly name?: string }): Promise<void> {
    const item = xml('item', NS.roster, { jid, name });
    await this.request('set', xml('query', NS.roster, {}, item));
  }

  async removeContact(jid: string): Promise<void> {
    const item = xml('item', NS.roster, { jid, subscription: 'remove' });
    await this.request('set', xml('query', NS.roster, {}, item));
  }

  async request(type: 'get' | 'set', payload: XmlElement): Promise<XmlElement> {
    const id = `asked-${++this.#lastId}`;
    const answered = new Promise<XmlElement>((resolve) => this.#asked.set(id, resolve));
    this.send(xml('iq', NS.client, { type, id }, payload));
    const answer = await answered;
    if (attrOf(answer, 'type') === 'error') throw new Error(`${id} was refused`);
    return answer;
  }

  close(): Promise<void> {
    this.stream.close();
    return Promise.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ClientEvent> {
    for (;;) {
      const stanza = await this.stream.next();
      if (stanza === undefined) return;
      if (stanza.name === 'iq') yield* await this.#takeIq(stanza);
      else yield eventOf(stanza);
    }
  }

  async #takeIq(iq: XmlElement): Promise<readonly ClientEvent[]> {
    const [type, id, from] = ['type', 'id', 'from'].map((name) => attrOf(iq, name));
    if (type === 'get' || type === 'set') {
      this.send(xml('iq', NS.client, { type: 'result', id, to: from }));
      return readRoster(iq).map((change) => ({ kind: 'roster', change }));
    }
    this.#asked.get(id ?? '')?.(iq);
    this.#asked.delete(id ?? '');
    // Whoever awaits the answer has it before what comes after it.
    await this.#clock.wait(0);
    return [];
  }
}

function eventOf(stanza: XmlElement): ClientEvent {
  const [type, id, from = ''] = ['type', 'id', 'from'].map((name) => attrOf(stanza, name));
  if (type === 'error') return { kind: 'error', stanza: { id } };
  if (stanza.name !== 'presence' || (type !== undefined && type !== 'unavailable'))
    return { kind: 'message' };
  const status = childNamed(stanza, 'status');
  const presence = { status: status && textOf(status) };
  return { kind: 'presence', from: from as FullJid, available: type === undefined, presence };
}

function readRoster(iq: XmlElement): readonly RosterChange[] {
  const query = childNamed(iq, 'query', NS.roster);
  const items = query === undefined ? [] : childElements(query);
  return items.map((item): RosterChange => {
    const jid = attrOf(item, 'jid') as BareJid;
    const subscription = attrOf(item, 'subscription') ?? 'none';
    if (subscription === 'remove') return { kind: 'removed', jid };
    const asked = attrOf(item, 'ask') === 'subscribe';
    const contact: Contact = {
      jid,
      subscription: subscription as Contact['subscription'],
      asked,
      approved: false,
      groups: [],
    };
    return { kind: 'set', contact };
  });
}
