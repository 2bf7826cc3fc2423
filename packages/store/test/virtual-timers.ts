/**
 * A clock that stands still until told: for tests of what waits.
 */
import type { Timers } from '../src/timers.ts';

interface Alarm {
  readonly dueMs: number;
  readonly fn: () => void;
}

export class VirtualTimers implements Timers {
  readonly #alarms = new Set<Alarm>();
  #nowMs: number;

  constructor(startMs = 1_000_000) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const alarm = { dueMs: this.#nowMs + ms, fn };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** Lets time pass: what falls due runs in order, each with a turn of the event loop for what it sets off. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (let next = this.#nextBy(endMs); next; next = this.#nextBy(endMs)) {
      this.#alarms.delete(next);
      this.#nowMs = next.dueMs;
      next.fn();
      await turn();
    }
    this.#nowMs = endMs;
    await turn();
  }

  #nextBy(endMs: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms)
      if (alarm.dueMs <= endMs && (!next || alarm.dueMs < next.dueMs)) next = alarm;
    return next;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
