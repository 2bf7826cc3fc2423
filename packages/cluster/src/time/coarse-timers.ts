/**
 * Timers for thousands who need not know the time exactly: what is due within one short stretch of time is called
 * together, by one timer, when the stretch is over.
 */
import type { Timers } from '@rollcall/store';

const stretchMs = 20;

interface Due {
  /** Undefined when it was cancelled. */
  fn: (() => void) | undefined;
}

interface Stretch {
  readonly due: Due[];
  readonly cancel: () => void;
}

export class CoarseTimers implements Timers {
  readonly #timers: Timers;
  /** By their end. */
  readonly #stretches = new Map<number, Stretch>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  now(): number {
    return this.#timers.now();
  }

  /** Later than asked for by up to 20 ms. */
  setTimeout(fn: () => void, ms: number): () => void {
    const due: Due = { fn };
    this.#stretchAt(this.now() + ms).due.push(due);
    return () => {
      due.fn = undefined;
    };
  }

  /** Nothing is called any more. */
  stop(): void {
    for (const { cancel } of this.#stretches.values()) cancel();
    this.#stretches.clear();
  }

  #stretchAt(atMs: number): Stretch {
    const endMs = Math.ceil(atMs / stretchMs) * stretchMs;
    const known = this.#stretches.get(endMs);
    if (known !== undefined) return known;
    const due: Due[] = [];
    const cancel = this.#timers.setTimeout(() => {
      this.#stretches.delete(endMs);
      for (const { fn } of due) fn?.();
    }, endMs - this.now());
    const stretch = { due, cancel };
    this.#stretches.set(endMs, stretch);
    return stretch;
  }
}
