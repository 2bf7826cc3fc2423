/**
 * Timers for thousands who need not know the time exactly: what is due within one short stretch of time is called
 * together, by one timer, when the stretch is over.
 */
import type { Timers } from '@rollcall/store';

const stretchMs = 20;

interface Due {
  readonly fn: () => void;
}

interface Stretch {
  readonly due: Set<Due>;
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
    const endMs = this.#endOf(this.now() + ms);
    const stretch = this.#stretchTo(endMs);
    const due: Due = { fn };
    stretch.due.add(due);
    return () => {
      if (!stretch.due.delete(due) || stretch.due.size > 0) return;
      stretch.cancel();
      if (this.#stretches.get(endMs) === stretch) this.#stretches.delete(endMs);
    };
  }

  /** Nothing is called any more. */
  stop(): void {
    for (const { cancel } of this.#stretches.values()) cancel();
    this.#stretches.clear();
  }

  #endOf(atMs: number): number {
    return Math.ceil(atMs / stretchMs) * stretchMs;
  }

  #stretchTo(endMs: number): Stretch {
    const known = this.#stretches.get(endMs);
    if (known !== undefined) return known;
    const due = new Set<Due>();
    const cancel = this.#timers.setTimeout(() => {
      this.#stretches.delete(endMs);
      // What is cancelled by one of them is not called any more.
      for (const { fn } of due) fn();
      due.clear();
    }, endMs - this.now());
    const stretch = { due, cancel };
    this.#stretches.set(endMs, stretch);
    return stretch;
  }
}
