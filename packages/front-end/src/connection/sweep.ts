/** One timer for all connections of a front-end; it runs only while there are any. */
import type { Timers } from '@rollcall/store';

export interface Swept {
  tick(nowMs: number): void;
}

const sweepMs = 1000;

export class Sweep<T extends Swept> {
  readonly #timers: Timers;
  readonly #onSweep: () => void;
  readonly #members = new Set<T>();
  #cancel: (() => void) | undefined;

  /** `onSweep` is called after each sweep. */
  constructor(timers: Timers, onSweep: () => void) {
    this.#timers = timers;
    this.#onSweep = onSweep;
  }

  get members(): ReadonlySet<T> {
    return this.#members;
  }

  add(member: T): void {
    this.#members.add(member);
    this.#cancel ??= this.#timers.setTimeout(this.#run, sweepMs);
  }

  delete(member: T): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  readonly #run = (): void => {
    this.#cancel = this.#timers.setTimeout(this.#run, sweepMs);
    const nowMs = this.#timers.now();
    for (const member of this.#members) member.tick(nowMs);
    this.#onSweep();
  };
}
