/** Waits between attempts, each twice as long as the one before, up to a bound. */
import type { Timers } from '@rollcall/store';

export interface RetryLimits {
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

export class Retry {
  readonly #timers: Timers;
  readonly #limits: RetryLimits;
  readonly #startedMs: number;
  #nextMs: number;

  constructor(timers: Timers, limits: RetryLimits) {
    this.#timers = timers;
    this.#limits = limits;
    this.#startedMs = timers.now();
    this.#nextMs = limits.retryMinMs;
  }

  get elapsedMs(): number {
    return this.#timers.now() - this.#startedMs;
  }

  wait(): Promise<void> {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(ms * 2, this.#limits.retryMaxMs);
    return new Promise((resolve) => {
      this.#timers.setTimeout(resolve, ms);
    });
  }
}
