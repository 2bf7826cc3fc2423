/**
 * What a process runs on: its own clock, which may be wrong and fast or slow, its turns, and everything that it hears
 * from outside. It can be stopped for a while as by SIGSTOP, slowed down, or killed.
 */
import type { Turns } from '@rollcall/cluster';
import type { Timers } from '@rollcall/store';
import type { SimClock } from './sim-clock.ts';

export interface MachineOptions {
  readonly clock: SimClock;
  /** How wrong its clock is. */
  readonly offsetMs: number;
  /** How fast its clock goes; 1 is right. */
  readonly rate: number;
}

export class Machine implements Timers, Turns {
  readonly #options: MachineOptions;
  #held: (() => void)[] | undefined;
  #dead = false;
  /** How late everything is that it does of its own. */
  lateMs: () => number = () => 0;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get paused(): boolean {
    return this.#held !== undefined;
  }

  now(): number {
    const { clock, offsetMs, rate } = this.#options;
    return clock.startMs + offsetMs + clock.passedMs * rate;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const { clock, rate } = this.#options;
    const state = { cancelled: false };
    const due = () => {
      if (!state.cancelled) fn();
    };
    const happen = () => this.happen(due);
    const cancel = clock.setTimeout(happen, Math.max(0, ms) / rate + this.lateMs());
    return () => {
      state.cancelled = true;
      cancel();
    };
  }

  soon(fn: () => void): void {
    const { clock } = this.#options;
    const lateMs = this.lateMs();
    if (lateMs > 0) clock.setTimeout(() => this.happen(fn), lateMs);
    else clock.soon(() => this.happen(fn));
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fn of held) this.happen(fn);
  }

  /** From now on it does nothing and hears nothing. */
  die(): void {
    this.#dead = true;
    this.#held = undefined;
  }

  /** Something reaches the process: now, when it goes on, or never. */
  happen(fn: () => void): void {
    if (this.#dead) return;
    if (this.#held === undefined) fn();
    else this.#held.push(fn);
  }

  /** It asks something of the world outside, and hears the answer, unless it is killed. */
  ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#dead) return new Promise(() => undefined);
    const heard = () => new Promise<void>((resolve) => this.happen(resolve));
    return question().finally(heard);
  }
}
