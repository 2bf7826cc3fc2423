/**
 * Sessions that may go on over another stream (XEP-0198 §5), by the ids that their clients were given. This is the
 * port, and the adapter that knows the sessions of its own front-end; `ClusterResumptions` asks others, too.
 */
import { randomBytes } from 'node:crypto';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';

/** A session as resumption sees it. */
export interface Resumable {
  readonly user: BareJid;
  /** Whether it can go on where its client has handled so many of its stanzas. */
  canGoOnFrom(handled: number): boolean;
  /** Nobody came for it in time. */
  expired(): void;
}

export type Claim<S extends Resumable> =
  | { readonly ok: true; readonly session: S }
  /** Unknown; `handled` where the session has been here and how far it had come is still known. */
  | { readonly ok: false; readonly handled?: number };

/** The stream over which a session is to go on. */
export interface Claimant {
  /** How many of the session's stanzas its client has handled. */
  readonly handled: number;
  /** What the stream's framing wants in every stanza's start tag. */
  readonly declaration: string;
  readonly lang?: string | undefined;
}

export interface Resumptions<S extends Resumable> {
  /** Names the session; the id cannot be guessed. */
  register(session: S): string;
  /** The stream is lost: `expired` is called unless someone comes in time. False where there is no room. */
  await(id: string, waitMs: number): boolean;
  /** The session, if it is that user's. It stays registered. */
  claim(id: string, user: BareJid, by: Claimant): Promise<Claim<S>>;
  /** The session has ended. */
  forget(id: string): void;
}

interface Entry<S> {
  readonly session: S;
  cancel?: () => void;
}

export class LocalResumptions<S extends Resumable> implements Resumptions<S> {
  readonly #frontEnd: () => string;
  readonly #capacity: number;
  readonly #timers: Timers;
  readonly #entries = new Map<string, Entry<S>>();
  #waiting = 0;

  /** `frontEnd` is part of every id, so that another front-end can tell whom to ask. */
  constructor(frontEnd: () => string, capacity: number, timers: Timers) {
    this.#frontEnd = frontEnd;
    this.#capacity = capacity;
    this.#timers = timers;
  }

  /** Sessions whose stream is lost. */
  get waiting(): number {
    return this.#waiting;
  }

  register(session: S): string {
    const id = `${randomBytes(16).toString('base64url')}@${this.#frontEnd()}`;
    this.#entries.set(id, { session });
    return id;
  }

  await(id: string, waitMs: number): boolean {
    const entry = this.#entries.get(id);
    if (!entry || this.#waiting >= this.#capacity) return false;
    this.#waiting += 1;
    entry.cancel = this.#timers.setTimeout(() => {
      this.forget(id);
      entry.session.expired();
    }, waitMs);
    return true;
  }

  claim(id: string, user: BareJid): Promise<Claim<S>> {
    const session = this.take(id, user);
    return Promise.resolve(session ? { ok: true, session } : { ok: false });
  }

  /**
   * The session, if it is that user's: whoever takes it resumes it. `handled` where the claim has come from elsewhere: it
   * may have been under way until long after its client has gone on over another stream.
   */
  take(id: string, user: BareJid, handled?: number): S | undefined {
    const entry = this.#entries.get(id);
    if (entry?.session.user !== user) return undefined;
    if (handled !== undefined && !entry.session.canGoOnFrom(handled)) return undefined;
    this.#stopWaiting(entry);
    return entry.session;
  }

  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#stopWaiting(entry);
    this.#entries.delete(id);
  }

  #stopWaiting(entry: Entry<S>): void {
    if (!entry.cancel) return;
    entry.cancel();
    delete entry.cancel;
    this.#waiting -= 1;
  }
}
