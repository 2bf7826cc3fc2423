/** One session as its gate keeps it: who it is, what it has said, and the memo for its user's next owner. */
import type { SessionMemo, SessionRef } from '@rollcall/presence';
import type { BareJid, FullJid, Stanza, StreamErrorCondition } from '@rollcall/xmpp';
import type { GateSession, OpenOutcome, SendOutcome, SessionReceiver } from './session-gate.ts';
import { Unacknowledged } from './unacknowledged.ts';

/**
 * `closed`: nothing is sent or received any more. `ending`: its user's owner has not acknowledged the end yet.
 */
export type SessionPhase = 'binding' | 'open' | 'ending' | 'closed';

type Refused = Extract<OpenOutcome, { readonly ok: false }>;

/** What a session needs of its gate. */
export interface SessionOutlet {
  readonly unacknowledgedLimit: number;
  readonly nowMs: number;
  sendStanza(session: OpenSession, seq: number, stanza: Stanza): void;
  sendEnd(session: OpenSession): void;
  overflowed(): void;
}

export interface OpenSessionOptions {
  readonly ref: SessionRef;
  readonly user: BareJid;
  readonly shard: number;
  readonly address: FullJid;
  readonly resource: string;
  readonly askedMs: number;
  readonly receiver: SessionReceiver;
  readonly outlet: SessionOutlet;
  /** Tells whoever opened it; called once. */
  readonly opened: (outcome: OpenOutcome) => void;
}

const overLimit: SendOutcome = {
  ok: false,
  condition: 'resource-constraint',
  text: 'Too much is waiting for the server. Try again in a while.',
};

const over: SendOutcome = {
  ok: false,
  condition: 'internal-server-error',
  text: 'The session has ended.',
};

export class OpenSession implements GateSession {
  readonly ref: SessionRef;
  readonly user: BareJid;
  readonly shard: number;
  readonly address: FullJid;
  readonly resource: string;
  /** When somebody asked for it. */
  readonly askedMs: number;
  readonly receiver: SessionReceiver;
  readonly waiting = new Unacknowledged();
  #memo: SessionMemo | undefined;
  #memoAtMs = 0;
  #phase: SessionPhase = 'binding';
  #departing = false;
  readonly #outlet: SessionOutlet;
  #opened: ((outcome: OpenOutcome) => void) | undefined;
  #lastSeq = 0;
  #unavailable = false;
  #toldSinceMs = Number.NEGATIVE_INFINITY;

  constructor({
    ref,
    user,
    shard,
    address,
    resource,
    askedMs,
    receiver,
    outlet,
    opened,
  }: OpenSessionOptions) {
    this.ref = ref;
    this.user = user;
    this.shard = shard;
    this.address = address;
    this.resource = resource;
    this.askedMs = askedMs;
    this.receiver = receiver;
    this.#outlet = outlet;
    this.#opened = opened;
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /** Whether its receiver takes what comes: as long as it is open, and while it is made to leave. */
  get hears(): boolean {
    return this.#phase === 'open' || this.#departing;
  }

  /** What the owner wants the next one to know; undefined until the session is bound. */
  get memo(): SessionMemo | undefined {
    return this.#memo;
  }

  get memoAtMs(): number {
    return this.#memoAtMs;
  }

  keep(memo: SessionMemo, nowMs: number): void {
    this.#memo = memo;
    this.#memoAtMs = nowMs;
  }

  /** Since when it is told of everybody anew: whoever comes back has forgotten what it was told before. */
  get toldSinceMs(): number {
    return this.#toldSinceMs;
  }

  noteSaid(stanza: Stanza, nowMs: number): void {
    if (stanza.kind !== 'presence' || stanza.to !== undefined) return;
    if (stanza.type === undefined && this.#unavailable) this.#toldSinceMs = nowMs;
    this.#unavailable = stanza.type === 'unavailable';
  }

  get unacknowledged(): number {
    return this.waiting.size;
  }

  /** Number of the end of the session: after all that it said. */
  get endSeq(): number {
    return this.#lastSeq + 1;
  }

  send(stanza: Stanza): SendOutcome {
    if (this.#phase !== 'open') return over;
    if (this.waiting.size >= this.#outlet.unacknowledgedLimit) {
      this.#outlet.overflowed();
      return overLimit;
    }
    const seq = ++this.#lastSeq;
    this.waiting.add({ seq, stanza, atMs: this.#outlet.nowMs });
    this.#outlet.sendStanza(this, seq, stanza);
    return { ok: true };
  }

  end(): void {
    this.#departing = false;
    if (this.#phase !== 'open') return;
    this.#phase = 'ending';
    this.#outlet.sendEnd(this);
  }

  /** Ends it on the gate's own account: until its owner has seen to that, its receiver learns who else goes. */
  depart(): void {
    const isOpen = this.#phase === 'open';
    this.end();
    this.#departing = isOpen;
  }

  /** The owner knows the session. */
  bound(): void {
    if (this.#phase !== 'binding') return;
    this.#phase = 'open';
    this.#tellOpened({ ok: true, session: this });
  }

  /** Nobody waits any longer for the session to be bound; if it is in the end, it ends at once. */
  abandon(outcome: Refused): void {
    if (this.#phase !== 'binding') return;
    this.#phase = 'ending';
    this.#outlet.sendEnd(this);
    this.#tellOpened(outcome);
  }

  bindRefused(outcome: Refused): void {
    if (this.#phase !== 'binding') return;
    this.#phase = 'closed';
    this.#tellOpened(outcome);
  }

  /** The cluster has ended the session. */
  close(condition: StreamErrorCondition, text?: string): void {
    const was = this.#phase;
    this.#phase = 'closed';
    this.#departing = false;
    if (was === 'open') this.receiver.closed(condition, text);
    if (was === 'binding')
      this.#tellOpened({
        ok: false,
        condition: 'conflict',
        text: text ?? 'The session was closed.',
      });
  }

  /** Once; whoever opened it is not remembered for the life of the session. */
  #tellOpened(outcome: OpenOutcome): void {
    this.#opened?.(outcome);
    this.#opened = undefined;
  }
}
