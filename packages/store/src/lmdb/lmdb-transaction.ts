/**
 * What operations of one transaction share: counters, read once and written once however many operations use them.
 */
import type { Database } from 'lmdb';

export type CounterTable = Database<number, string>;

export class LmdbTransaction {
  readonly #table: CounterTable;
  readonly #values = new Map<string, number>();

  constructor(table: CounterTable) {
    this.#table = table;
  }

  /** Counters start at 0. */
  read(counter: string): number {
    return this.#values.get(counter) ?? this.#table.get(counter) ?? 0;
  }

  /** The new value. */
  add(counter: string, difference: number): number {
    const value = this.read(counter) + difference;
    this.#values.set(counter, value);
    return value;
  }

  /** The last act of a transaction. */
  saveCounters(): void {
    for (const [counter, value] of this.#values) this.#table.putSync(counter, value);
  }
}
