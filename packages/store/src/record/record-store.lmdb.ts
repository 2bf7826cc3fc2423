/**
 * Records in LMDB. A stored value is a byte that says whether the key is in the unsettled index, the revision, and the
 * record's bytes.
 */
import type { Database } from 'lmdb';
import type { LmdbEnvironment } from '../lmdb/lmdb-environment.ts';
import type { LmdbTransaction } from '../lmdb/lmdb-transaction.ts';
import { StoreError } from '../store-error.ts';
import { assertKeyPrefix, assertRecordKey } from './record-key.ts';
import type {
  RecordStore,
  RecordWriteOptions,
  StoredRecord,
  WriteOutcome,
} from './record-store.ts';

type Table = Database<Uint8Array, string>;

const headerBytes = 9;
const revisionCounter = 'revision';
const keysPerLook = 500;
const conflict: WriteOutcome = { ok: false, reason: 'conflict' };

export class LmdbRecordStore implements RecordStore {
  readonly #environment: LmdbEnvironment;
  readonly #records: Table;
  readonly #unsettled: Table;
  #closed = false;

  /** The environment is the caller's to close. */
  constructor(environment: LmdbEnvironment) {
    this.#environment = environment;
    this.#records = environment.table('records');
    this.#unsettled = environment.table('unsettled');
  }

  async read(key: string): Promise<StoredRecord | undefined> {
    const [record] = await this.readMany([key]);
    return record;
  }

  readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    return this.#attempt(keys, () =>
      this.#environment.read(() => keys.map((key) => decode(key, this.#records.getBinary(key)))),
    );
  }

  write(
    key: string,
    value: Uint8Array,
    expectedRevision: number,
    options?: RecordWriteOptions,
  ): Promise<WriteOutcome> {
    const unsettled = options?.unsettled === true;
    const entry = encode(value, unsettled);
    return this.#attempt([key], () =>
      this.#environment.write<WriteOutcome>((transaction) => {
        const current = this.#header(key);
        if ((current?.revision ?? 0) !== expectedRevision) return conflict;
        const revision = transaction.add(revisionCounter, 1);
        entry.writeDoubleBE(revision, 1);
        this.#records.putSync(key, entry);
        this.#index(key, current?.unsettled === true, unsettled);
        return { ok: true, revision };
      }),
    );
  }

  delete(key: string, expectedRevision: number): Promise<WriteOutcome> {
    return this.#attempt([key], () =>
      this.#environment.write((transaction) => this.#delete(transaction, key, expectedRevision)),
    );
  }

  keys(prefix: string): AsyncIterable<string> {
    return this.#list(this.#records, prefix);
  }

  unsettled(prefix: string): AsyncIterable<string> {
    return this.#list(this.#unsettled, prefix);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #delete(transaction: LmdbTransaction, key: string, expectedRevision: number): WriteOutcome {
    const current = this.#header(key);
    if (current?.revision !== expectedRevision) return conflict;
    this.#records.removeSync(key);
    this.#index(key, current.unsettled, false);
    return { ok: true, revision: transaction.add(revisionCounter, 1) };
  }

  #header(key: string): Header | undefined {
    const entry = this.#records.getBinaryFast(key);
    return entry && headerOf(key, entry);
  }

  #index(key: string, was: boolean, is: boolean): void {
    if (is && !was) this.#unsettled.putSync(key, Uint8Array.of(1));
    if (was && !is) this.#unsettled.removeSync(key);
  }

  /** Looks again and again, a stretch at a time: a cursor kept open would keep old pages from being used again. */
  async *#list(table: Table, prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    // No key holds a blank, what is below it, or DEL.
    const end = `${prefix}\x7f`;
    let start = prefix === '' ? ' ' : prefix;
    for (;;) {
      const range = { start, end, limit: keysPerLook };
      const keys = await this.#attempt([], () =>
        this.#environment.read(() => [...table.getKeys(range)]),
      );
      yield* keys;
      const last = keys.at(-1);
      if (last === undefined || keys.length < keysPerLook) return;
      start = `${last} `;
    }
  }

  /** What is wrong with the call or the store becomes a rejection, never a throw. */
  #attempt<T>(keys: readonly string[], act: () => T | Promise<T>): Promise<T> {
    try {
      keys.forEach(assertRecordKey);
      if (this.#closed) throw new StoreError('store_closed', 'The record store was closed.');
      return Promise.resolve(act());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

interface Header {
  readonly unsettled: boolean;
  readonly revision: number;
}

function encode(value: Uint8Array, unsettled: boolean): Buffer {
  const entry = Buffer.allocUnsafe(headerBytes + value.length);
  entry[0] = unsettled ? 1 : 0;
  entry.set(value, headerBytes);
  return entry;
}

function headerOf(key: string, entry: Uint8Array): Header {
  const revision = entry.length < headerBytes ? 0 : revisionIn(entry);
  if (!Number.isSafeInteger(revision) || revision < 1)
    throw new StoreError(
      'record_corrupt',
      `The stored record ${key} is damaged; restore it from a backup.`,
    );
  return { unsettled: entry[0] === 1, revision };
}

function revisionIn(entry: Uint8Array): number {
  return new DataView(entry.buffer, entry.byteOffset, headerBytes).getFloat64(1);
}

function decode(key: string, entry: Uint8Array | undefined): StoredRecord | undefined {
  if (entry === undefined) return undefined;
  const { revision } = headerOf(key, entry);
  const { buffer, byteOffset, byteLength } = entry;
  return {
    value: new Uint8Array(buffer, byteOffset + headerBytes, byteLength - headerBytes),
    revision,
  };
}
