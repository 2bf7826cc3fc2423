/**
 * Work in the order it came, done a turn of the event loop later and never more of it in one turn than the budget
 * allows: sockets are read and timers run in between.
 */
import type { Turns } from './turns.ts';

export interface TurnQueueOptions<T> {
  readonly turns: Turns;
  /** Must not throw. */
  readonly handle: (item: T) => void;
  /** What an item weighs against the budget; 1 for a small one. */
  readonly costOf: (item: T) => number;
  readonly budgetPerTurn: number;
}

export class TurnQueue<T> {
  readonly #options: TurnQueueOptions<T>;
  #items: T[] = [];
  #next = 0;
  #due = false;

  constructor(options: TurnQueueOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#items.length - this.#next;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#beDue();
  }

  #beDue(): void {
    if (this.#due) return;
    this.#due = true;
    this.#options.turns.soon(() => this.#turn());
  }

  /** What is pushed meanwhile is part of the same turn, while the budget lasts. */
  #turn(): void {
    const { handle, costOf, budgetPerTurn } = this.#options;
    this.#due = false;
    for (let spent = 0; this.#next < this.#items.length && spent < budgetPerTurn;) {
      const item = this.#items[this.#next++] as T;
      spent += costOf(item);
      handle(item);
    }
    if (this.#next === this.#items.length) {
      this.#items = [];
      this.#next = 0;
      return;
    }
    this.#forgetDone();
    this.#beDue();
  }

  #forgetDone(): void {
    if (this.#next < 1_024 || this.#next * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }
}
