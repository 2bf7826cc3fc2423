/** A session without a stream: a gateway speaks for a user in objects. */
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

/**
 * Iterate over it for its events; while they are not taken, presence coalesces, and past the session's bound it is
 * ended with `resource-constraint`. Every method throws `front_end_session_over` once it has ended. Addresses are
 * JIDs as text; one that is none comes back as an `error` event, as does whatever else is refused.
 */
export interface EmbeddedSession extends AsyncIterable<SessionEvent> {
  readonly address: FullJid;
  /** Resolves when the session is over, whoever ended it. */
  readonly ended: Promise<SessionEnd>;
  /** Tells all who may see it that the user is there (RFC 6121 §4.2, §4.4). */
  setPresence(content?: PresenceContent): void;
  /** Tells them that the user has gone; the session stays. */
  setUnavailable(status?: string): void;
  /** Directed presence (RFC 6121 §4.6). */
  sendPresence(to: string, content?: PresenceContent & { readonly available?: boolean }): void;
  /** Asks for a contact's presence (XEP-0318); the answer is a `presence` event. */
  probe(contact: string): void;
  /** Asks to see them. */
  subscribe(contact: string, status?: string): void;
  /** Lets them see us: in answer to their request or ahead of it. */
  approve(contact: string): void;
  /** No longer wants to see them. */
  unsubscribe(contact: string): void;
  /** Refuses their request, or no longer lets them see us. */
  deny(contact: string): void;
  /** The roster; from then on changes come as events. Rejects with `front_end_request_refused`, `…_timeout`. */
  roster(): Promise<Roster>;
  /** Puts them into the roster, or changes name and groups (RFC 6121 §2.3). Rejects as `roster` does. */
  setContact(contact: string, details: ContactDetails): Promise<void>;
  /** With both subscriptions (RFC 6121 §2.5). Rejects as `roster` does. */
  removeContact(contact: string): Promise<void>;
  /**
   * Any request (RFC 6120 §8.2.3), to the server unless `to` is given; resolves with the whole result. Rejects with
   * `front_end_request_refused` and its `condition`, or `front_end_request_timeout`.
   */
  request(type: 'get' | 'set', payload: XmlElement, to?: string): Promise<XmlElement>;
  /** Any stanza: an element of `jabber:client`. */
  send(stanza: XmlElement): void;
  /** Ends the session; unavailable presence follows from it. Idempotent. */
  close(): Promise<void>;
}

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
