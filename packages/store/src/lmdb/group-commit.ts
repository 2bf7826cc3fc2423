/**
 * Writes of many callers in shared transactions. Each caller hands in an operation; those that gather while one
 * transaction is on its way to the disk make up the next. The operation runs under the database's write lock, which
 * all processes share, so what it reads is what is true when it writes.
 */
import type { RootDatabase } from 'lmdb';
import { StoreError } from '../store-error.ts';
import { LmdbTransaction, type CounterTable } from './lmdb-transaction.ts';

/**
 * Synchronous. Looks first, writes after: what it throws before its first write concerns its caller alone.
 */
export type LmdbOperation<T> = (transaction: LmdbTransaction) => T;

interface Pending {
  run(transaction: LmdbTransaction): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Bounds for how long one transaction occupies the event loop: a few milliseconds. */
const maxOperationsPerTransaction = 1_000;

export class GroupCommit {
  readonly #root: RootDatabase;
  readonly #counters: CounterTable;
  readonly #failure: (cause: unknown) => StoreError;
  #pending: Pending[] = [];
  #committing: Promise<void> | undefined;
  #closed = false;

  constructor(root: RootDatabase, counters: CounterTable, failure: (cause: unknown) => StoreError) {
    this.#root = root;
    this.#counters = counters;
    this.#failure = failure;
  }

  /** Resolves with what the operation returned once its transaction is durable; rejects with what it threw. */
  run<T>(operation: LmdbOperation<T>): Promise<T> {
    if (this.#closed)
      return Promise.reject(new StoreError('store_closed', 'The database was closed.'));
    return new Promise((resolve, reject) => {
      let result: T;
      this.#pending.push({
        run: (transaction) => void (result = operation(transaction)),
        resolve: () => resolve(result),
        reject,
      });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Refuses what comes later, and resolves when all that came before is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#committing;
  }

  async #commitAll(): Promise<void> {
    // The rest of this turn of the event loop may bring more operations.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0)
      await this.#commit(this.#pending.splice(0, maxOperationsPerTransaction));
    this.#committing = undefined;
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const failures = new Map<Pending, unknown>();
    try {
      await this.#root.transaction(() => {
        const transaction = new LmdbTransaction(this.#counters);
        for (const operation of batch) {
          try {
            operation.run(transaction);
          } catch (error) {
            failures.set(operation, error);
          }
        }
        transaction.saveCounters();
      });
    } catch (error) {
      const failure = this.#failure(await causeOf(error));
      for (const operation of batch) operation.reject(failure);
      return;
    }
    for (const operation of batch) {
      if (failures.has(operation)) operation.reject(this.#failure(failures.get(operation)));
      else operation.resolve();
    }
  }
}

/**
 * lmdb rejects with "Commit failed" and a promise of the reason, which it rejects within the same turn, if at all.
 */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  if (commitError === undefined) return error;
  const reason = commitError.catch((cause: unknown) => cause);
  return Promise.race([reason, new Promise((resolve) => setImmediate(resolve, error))]);
}
