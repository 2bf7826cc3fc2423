/** Time and turns of the event loop for tests: nothing happens until it is told to, and then always in one order. */
import type { Timers } from '@rollcall/store';
import type { Turns } from '../time/turns.ts';

interface Due {
  readonly atMs: number;
  readonly fn: () => void;
}

export class VirtualClock implements Timers, Turns {
  #nowMs: number;
  /** Those of one time stand in the order of asking. */
  readonly #timers = new Set<Due>();
  #soon: (() => void)[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Timers that have been neither called nor cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const due = { atMs: this.#nowMs + Math.max(0, ms), fn };
    this.#timers.add(due);
    return () => this.#timers.delete(due);
  }

  soon(fn: () => void): void {
    this.#soon.push(fn);
  }

  /** Runs what is due now, and what comes of it, until there is nothing left but waiting. */
  async settle(): Promise<void> {
    await microtasks();
    while (this.#soon.length > 0) {
      const fns = this.#soon;
      this.#soon = [];
      for (const fn of fns) fn();
      await microtasks();
    }
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let due = this.#nextBy(endMs); due; due = this.#nextBy(endMs)) {
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.fn();
      await this.settle();
    }
    this.#nowMs = endMs;
  }

  #nextBy(endMs: number): Due | undefined {
    let next: Due | undefined;
    for (const due of this.#timers)
      if (due.atMs <= endMs && (next === undefined || due.atMs < next.atMs)) next = due;
    return next;
  }
}

/** Until all promises that can go on have gone on. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
