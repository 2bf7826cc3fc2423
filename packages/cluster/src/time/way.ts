/** Things on their way from one place to another: each takes its time, and none overtakes another. */
import type { Timers } from '@rollcall/store';

export class Way {
  readonly #timers: Timers;
  #lastArrivalMs = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  carry(delayMs: number, arrive: () => void): void {
    const now = this.#timers.now();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, now + delayMs);
    this.#timers.setTimeout(arrive, this.#lastArrivalMs - now);
  }
}
