/**
 * Records in memory: for tests, and for the simulator, where the disk that outlives a crash is this object.
 */
import { StoreError } from '../store-error.ts';
import { assertKeyPrefix, assertRecordKey } from './record-key.ts';
import type {
  RecordStore,
  RecordWriteOptions,
  StoredRecord,
  WriteOutcome,
} from './record-store.ts';

interface Entry {
  readonly record: StoredRecord;
  readonly unsettled: boolean;
}

const conflict: WriteOutcome = { ok: false, reason: 'conflict' };

export class MemoryRecordStore implements RecordStore {
  readonly #entries = new Map<string, Entry>();
  // One counter for all keys, so that revisions grow over the deletion of a key with nothing kept of it.
  #lastRevision = 0;
  #closed = false;

  async read(key: string): Promise<StoredRecord | undefined> {
    await this.#ready(key);
    return this.#copyOf(key);
  }

  async readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    await this.#ready(...keys);
    return keys.map((key) => this.#copyOf(key));
  }

  async write(
    key: string,
    value: Uint8Array,
    expectedRevision: number,
    options?: RecordWriteOptions,
  ): Promise<WriteOutcome> {
    const copy = value.slice();
    await this.#ready(key);
    if (this.#revisionOf(key) !== expectedRevision) return conflict;
    const revision = ++this.#lastRevision;
    this.#entries.set(key, {
      record: { value: copy, revision },
      unsettled: options?.unsettled === true,
    });
    return { ok: true, revision };
  }

  async delete(key: string, expectedRevision: number): Promise<WriteOutcome> {
    await this.#ready(key);
    if (this.#entries.get(key)?.record.revision !== expectedRevision) return conflict;
    this.#entries.delete(key);
    return { ok: true, revision: ++this.#lastRevision };
  }

  async *keys(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    await this.#ready();
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) yield key;
  }

  async *unsettled(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    await this.#ready();
    for (const [key, entry] of [...this.#entries])
      if (entry.unsettled && key.startsWith(prefix)) yield key;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Every operation takes effect in a later microtask, as it would with a disk, so that callers cannot rely on less. */
  async #ready(...keys: readonly string[]): Promise<void> {
    keys.forEach(assertRecordKey);
    await Promise.resolve();
    if (this.#closed) throw new StoreError('store_closed', 'The record store was closed.');
  }

  #revisionOf(key: string): number {
    return this.#entries.get(key)?.record.revision ?? 0;
  }

  #copyOf(key: string): StoredRecord | undefined {
    const record = this.#entries.get(key)?.record;
    return record && { value: record.value.slice(), revision: record.revision };
  }
}
