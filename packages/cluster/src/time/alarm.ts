/** Rings at or after a time; set again, the earlier time counts. */
import type { Timers } from '@rollcall/store';

/** Timers of the platform hold 31 bits. */
const longestTimerMs = 86_400_000;

export class Alarm {
  readonly #timers: Timers;
  readonly #ring: () => void;
  #pending: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(timers: Timers, ring: () => void) {
    this.#timers = timers;
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#pending !== undefined;
  }

  set(atMs: number): void {
    if (this.#pending && this.#pending.atMs <= atMs) return;
    this.#pending?.cancel();
    const ms = Math.min(Math.max(0, atMs - this.#timers.now()), longestTimerMs);
    this.#pending = { atMs, cancel: this.#timers.setTimeout(() => this.#wake(atMs), ms) };
  }

  cancel(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
  }

  #wake(atMs: number): void {
    this.#pending = undefined;
    if (this.#timers.now() < atMs) this.set(atMs);
    else this.#ring();
  }
}
