/** An embedded session: what the gateway says in objects becomes stanzas, and what comes becomes events. */
import {
  NS,
  parseFramed,
  xml,
  type FullJid,
  type Iq,
  type StreamErrorCondition,
  type XmlElement,
  type XmlLimits,
} from '@rollcall/xmpp';
import type { Timers } from '@rollcall/store';
import { FrontEndError } from '../front-end-error.ts';
import type { Session, SessionStream } from '../session/session-house.ts';
import type { Outlet } from '../write-queue/outlet.ts';
import type { EmbeddedSession } from './embedded-session.ts';
import { EventMailbox } from './event-mailbox.ts';
import { OpenRequests } from './open-requests.ts';
import { presenceChildren, type PresenceContent } from './presence-content.ts';
import {
  contactItem,
  removedItem,
  rosterOf,
  rosterQuery,
  type ContactDetails,
  type Roster,
} from './roster.ts';
import { isPing, readArrival, type SessionEnd, type SessionEvent } from './session-event.ts';

export class StreamlessSession implements EmbeddedSession, SessionStream, Outlet {
  readonly declaration = ` xmlns='${NS.client}'`;
  readonly ended: Promise<SessionEnd>;
  readonly #session: Session;
  readonly #xmlLimits: XmlLimits;
  readonly #mailbox: EventMailbox<SessionEvent>;
  readonly #requests: OpenRequests;
  readonly #timers: Timers;
  #resolveEnded: (end: SessionEnd) => void = () => undefined;
  #over = false;
  #cancelHold: (() => void) | undefined;

  constructor(session: Session, xmlLimits: XmlLimits, timers: Timers) {
    this.#session = session;
    this.#xmlLimits = xmlLimits;
    this.#mailbox = new EventMailbox(() => session.drained());
    this.#requests = new OpenRequests(timers);
    this.#timers = timers;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  get outlet(): Outlet {
    return this;
  }

  get address(): FullJid {
    return this.#session.address;
  }

  /** What is kept already may come at once. */
  start(): void {
    this.#session.attach(this);
  }

  [Symbol.asyncIterator](): AsyncIterator<SessionEvent> {
    return this.#mailbox[Symbol.asyncIterator]();
  }

  // What the session tells.

  get ready(): boolean {
    return this.#mailbox.ready;
  }

  write(element: string): void {
    const event = parseFramed(element, this.#xmlLimits);
    if (event.kind !== 'element') return;
    const arrived = readArrival(event.element);
    if (arrived.kind === 'response') {
      this.#requests.answered(arrived.iq, event.element);
      this.#holdEvents();
      return;
    }
    const { events } = arrived;
    if (arrived.kind === 'request') {
      this.#answer(arrived.iq, events.length > 0 || isPing(event.element));
    }
    for (const one of events) this.#mailbox.push(one);
  }

  /** What comes after an answer is seen after it: whoever awaits the roster has it before the first change to it. */
  #holdEvents(): void {
    this.#mailbox.hold();
    this.#cancelHold?.();
    this.#cancelHold = this.#timers.setTimeout(() => this.#mailbox.release(), 0);
  }

  /** RFC 6120 §8.2.3: every request is answered. */
  #answer({ id, from: to }: Iq, isServed: boolean): void {
    if (isServed) {
      this.send(xml('iq', NS.client, { type: 'result', id, to }));
      return;
    }
    const unavailable = xml('service-unavailable', NS.stanzas);
    const error = xml('error', NS.client, { type: 'cancel' }, unavailable);
    this.send(xml('iq', NS.client, { type: 'error', id, to }, error));
  }

  end(condition: StreamErrorCondition, text?: string): void {
    this.#finish({ condition, ...(text === undefined ? {} : { text }) });
  }

  #finish(end: SessionEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#session.leave(this, 'closed');
    this.#requests.close();
    this.#cancelHold?.();
    this.#mailbox.end();
    this.#resolveEnded(end);
  }

  // What the gateway says.

  setPresence(content: PresenceContent = {}): void {
    this.#presence({}, content);
  }

  setUnavailable(status?: string): void {
    this.#presence({ type: 'unavailable' }, status === undefined ? {} : { status });
  }

  sendPresence(
    to: string,
    { available = true, ...content }: PresenceContent & { readonly available?: boolean } = {},
  ): void {
    this.#presence({ to, type: available ? undefined : 'unavailable' }, content);
  }

  probe(to: string): void {
    this.#presence({ to, type: 'probe' });
  }

  subscribe(to: string, status?: string): void {
    this.#presence({ to, type: 'subscribe' }, status === undefined ? {} : { status });
  }

  approve(to: string): void {
    this.#presence({ to, type: 'subscribed' });
  }

  unsubscribe(to: string): void {
    this.#presence({ to, type: 'unsubscribe' });
  }

  deny(to: string): void {
    this.#presence({ to, type: 'unsubscribed' });
  }

  #presence(
    attributes: Readonly<Record<string, string | undefined>>,
    content: PresenceContent = {},
  ): void {
    this.send(xml('presence', NS.client, attributes, ...presenceChildren(content)));
  }

  async roster(): Promise<Roster> {
    return rosterOf(await this.request('get', rosterQuery()));
  }

  async setContact(contact: string, details: ContactDetails): Promise<void> {
    await this.request('set', rosterQuery(contactItem(contact, details)));
  }

  async removeContact(contact: string): Promise<void> {
    await this.request('set', rosterQuery(removedItem(contact)));
  }

  async request(type: 'get' | 'set', payload: XmlElement, to?: string): Promise<XmlElement> {
    this.#assertRunning();
    return this.#requests.ask((id) => this.send(xml('iq', NS.client, { type, id, to }, payload)));
  }

  send(stanza: XmlElement): void {
    this.#assertRunning();
    this.#session.receive(stanza);
  }

  #assertRunning(): void {
    if (!this.#over) return;
    throw new FrontEndError('front_end_session_over', `The session ${this.address} has ended.`);
  }

  close(): Promise<void> {
    this.#finish({});
    return Promise.resolve();
  }
}
