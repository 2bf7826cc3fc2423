/** The guest's end: to a stream here, a session like any other, though it lives at another front-end. */
import {
  serializeElement,
  type BareJid,
  type FullJid,
  type StreamErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import type { Session, SessionStream } from '../session/session-house.ts';
import type { ManagementRequest } from '../stream/stream-state.ts';
import type { ToGuest, ToHost } from './relay-message.ts';

/** So much is taken before the host is told. */
const reportLength = 16 * 1024;

export interface RelayedSessionOptions {
  readonly user: BareJid;
  readonly address: FullJid;
  readonly say: (message: ToHost) => void;
  /** Nobody speaks for the session here any more. */
  readonly onOver: () => void;
}

type End = Extract<ToGuest, { readonly kind: 'end' }>;

export class RelayedSession implements Session {
  readonly user: BareJid;
  readonly address: FullJid;
  /** The host counts those. */
  readonly queued = { stanzas: 0, bytes: 0 };
  readonly unacknowledged = 0;
  readonly #options: RelayedSessionOptions;
  #stream: SessionStream | undefined;
  /** What the host has said before the stream was ready for it. */
  #early: string[] = [];
  #ended: End | undefined;
  #taken = 0;

  constructor(options: RelayedSessionOptions) {
    this.#options = options;
    this.user = options.user;
    this.address = options.address;
  }

  /** The host has seen to that. */
  canGoOnFrom(): boolean {
    return true;
  }

  attach(): void {
    throw new Error('a session of another front-end is resumed, not attached');
  }

  resume(stream: SessionStream): void {
    this.#stream = stream;
    for (const text of this.#early.splice(0)) this.written(text);
    if (this.#ended) this.ended(this.#ended);
  }

  // What the host says.

  written(text: string): void {
    if (!this.#stream) {
      this.#early.push(text);
      return;
    }
    this.#stream.outlet.write(text);
    this.#taken += text.length;
    this.drained();
  }

  ended(end: End): void {
    this.#ended = end;
    const stream = this.#stream;
    if (!stream) return;
    this.#stream = undefined;
    this.#options.onOver();
    stream.end(end.condition, end.text, end.extra);
  }

  lost(condition: StreamErrorCondition, text: string): void {
    this.ended({ kind: 'end', condition, text });
  }

  // What the stream says.

  receive(element: XmlElement): void {
    this.#options.say({ kind: 'stanza', text: serializeElement(element) });
  }

  manage(request: ManagementRequest): void {
    this.#options.say({ kind: 'manage', request });
  }

  setActive(active: boolean): void {
    this.#options.say({ kind: 'active', active });
  }

  say(text: string): void {
    this.#stream?.outlet.write(text);
  }

  drained(): void {
    if (this.#taken < reportLength || this.#stream?.outlet.ready !== true) return;
    this.#options.say({ kind: 'taken', length: this.#taken });
    this.#taken = 0;
  }

  probe(): void {
    this.#options.say({ kind: 'probe' });
  }

  /** The host looks after it. */
  tick(): void {
    this.drained();
  }

  leave(stream: SessionStream, how: 'closed' | 'lost'): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#options.onOver();
    this.#options.say({ kind: 'left', how });
  }

  abandon(): void {
    this.#options.onOver();
    this.#options.say({ kind: 'left', how: 'lost' });
  }

  /** The host waits for who resumes it. */
  expired(): void {
    this.abandon();
  }
}
