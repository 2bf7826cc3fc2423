/** Virtual time: it stands still while anything can go on, and then jumps to the next timer. */
import type { Turns } from '@rollcall/cluster';
import type { Timers } from '@rollcall/store';

interface Due {
  readonly atMs: number;
  /** Those of one time come in the order of asking. */
  readonly order: number;
  fn: (() => void) | undefined;
}

export class SimClock implements Timers, Turns {
  readonly startMs = 1_700_000_000_000;
  #nowMs = this.startMs;
  #asked = 0;
  /** A binary heap, the next one first. */
  readonly #heap: Due[] = [];
  #soon: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  /** Since the beginning of the run. */
  get passedMs(): number {
    return this.#nowMs - this.startMs;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), order: ++this.#asked, fn };
    this.#push(due);
    return () => {
      due.fn = undefined;
    };
  }

  soon(fn: () => void): void {
    this.#soon.push(fn);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimeout(resolve, ms));
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#settle();
    for (let due = this.#heap[0]; due !== undefined && due.atMs <= endMs; due = this.#heap[0]) {
      this.#pop();
      if (due.fn === undefined) continue;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.fn();
      await this.#settle();
    }
    this.#nowMs = endMs;
  }

  /** Everything that can go on goes on, until there is nothing left but waiting. */
  async #settle(): Promise<void> {
    await microtasks();
    while (this.#soon.length > 0) {
      const fns = this.#soon;
      this.#soon = [];
      for (const fn of fns) fn();
      await microtasks();
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Until all promises that can go on have gone on. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
