/**
 * Whether the peer still deserves its connection: it must log in soon, show signs of life later, and go when it is
 * told to. Only whole elements and white space between them are signs: half a stanza, or a byte now and then, is none.
 */
import type { FrontEndTimeouts } from '../options/limits.ts';

export type LivenessStage = 'login' | 'tlsHandshake' | 'bound' | 'closed';

export type LivenessVerdict =
  | 'fine'
  /** Send something, so that middle boxes keep the connection. */
  | 'keepAlive'
  /** Ask the client for a sign of life. */
  | 'ask'
  /** End the stream. */
  | 'expired'
  /** Nothing can be said any more, or was heard: cut it. */
  | 'cut';

export class Liveness {
  readonly #timeouts: FrontEndTimeouts;
  readonly #startedAtMs: number;
  #heardAtMs: number;
  #askedAtMs: number | undefined;
  #closedAtMs: number | undefined;
  #wroteAtMs: number;
  #written = 0;

  constructor(timeouts: FrontEndTimeouts, nowMs: number) {
    this.#timeouts = timeouts;
    this.#startedAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#wroteAtMs = nowMs;
  }

  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#askedAtMs = undefined;
  }

  /** `written` grows with everything that is written. */
  check(nowMs: number, stage: LivenessStage, written: number): LivenessVerdict {
    if (written !== this.#written) {
      this.#written = written;
      this.#wroteAtMs = nowMs;
    }
    switch (stage) {
      case 'closed':
        return this.#checkClosed(nowMs);
      case 'bound':
        return this.#checkBound(nowMs);
      case 'login':
      case 'tlsHandshake':
        if (nowMs - this.#startedAtMs <= this.#timeouts.loginMs) return 'fine';
        // In the middle of a TLS handshake there is no stream that an error could be written to.
        return stage === 'tlsHandshake' ? 'cut' : 'expired';
    }
  }

  #checkClosed(nowMs: number): LivenessVerdict {
    this.#closedAtMs ??= nowMs;
    return nowMs - this.#closedAtMs > this.#timeouts.closeMs ? 'cut' : 'fine';
  }

  #checkBound(nowMs: number): LivenessVerdict {
    const { silenceMs, answerMs, keepAliveMs } = this.#timeouts;
    if (this.#askedAtMs !== undefined) {
      if (nowMs - this.#askedAtMs > answerMs) return 'expired';
    } else if (nowMs - this.#heardAtMs > silenceMs) {
      this.#askedAtMs = nowMs;
      return 'ask';
    }
    return nowMs - this.#wroteAtMs > keepAliveMs ? 'keepAlive' : 'fine';
  }
}
