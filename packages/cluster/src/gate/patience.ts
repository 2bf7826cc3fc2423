/**
 * How long clients wait: a request that its user's owner has not dealt with in time, or that has no owner to go to, is
 * answered by an error and not sent again. What asks for no answer waits on; subscriptions too, which are never lost
 * (RFC 6121 §3.1.2), and whose outcome is told by pushes.
 */
import type { Timers } from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { OpenSession } from './open-session.ts';

export interface PatienceOptions {
  readonly timers: Timers;
  readonly timeoutMs: number;
  /** The request is not waited for any longer. */
  readonly expired: (session: OpenSession, request: Stanza) => void;
}

/** Of the time that a request may take: how late its end may be noticed. */
const shareOfLook = 0.1;

export class Patience {
  readonly #options: PatienceOptions;
  /** Sessions that may have requests waiting. */
  readonly #asking = new Set<OpenSession>();
  #cancel: (() => void) | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  note(session: OpenSession, stanza: Stanza): void {
    if (!isRequest(stanza)) return;
    this.#asking.add(session);
    this.#lookLater();
  }

  stop(): void {
    this.#cancel?.();
  }

  #lookLater(): void {
    const { timers, timeoutMs } = this.#options;
    this.#cancel ??= timers.setTimeout(() => {
      this.#cancel = undefined;
      this.#look();
      if (this.#asking.size > 0) this.#lookLater();
    }, timeoutMs * shareOfLook);
  }

  #look(): void {
    const { timers, timeoutMs, expired } = this.#options;
    const sinceMs = timers.now() - timeoutMs;
    for (const session of this.#asking) {
      const requests = session.waiting.all().filter(({ stanza }) => isRequest(stanza));
      const late = requests.filter(({ atMs }) => atMs <= sinceMs);
      for (const { seq, stanza } of late) {
        session.waiting.strike(seq);
        expired(session, stanza);
      }
      if (late.length === requests.length) this.#asking.delete(session);
    }
  }
}

function isRequest({ kind, type }: Stanza): boolean {
  return kind === 'iq' ? type === 'get' || type === 'set' : kind === 'presence' && type === 'probe';
}
