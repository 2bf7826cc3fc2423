// Durable records in a JetStream KV bucket: the revision is the stream's sequence, the compare-and-set is the server's.

import { jetstream } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import { headers } from '@nats-io/nats-core';
import { StoreError, assertKeyPrefix, assertRecordKey } from '@rollcall/store';
import type { RecordStore, RecordWriteOptions, StoredRecord, WriteOutcome } from '@rollcall/store';
import type { NatsLink } from '../connection/connection.ts';
import { isWrongLastSequence } from '../connection/nats-error.ts';
import { asStoreError } from '../connection/store-failure.ts';
import { ledBucket } from '../stream/led-stream.ts';

const conflict: WriteOutcome = { ok: false, reason: 'conflict' };
const maxReadsAtOnce = 64;
/** What subject and headers may take of the server's largest payload. */
const headerRoomBytes = 4_096;

/** Opens (or makes) the buckets `<prefix>_records` and `<prefix>_unsettled`. Rejects with `StoreError`. */
export async function openNatsRecords(link: NatsLink): Promise<RecordStore> {
  const { connection, options } = link;
  try {
    const js = jetstream(connection, { timeout: options.requestTimeoutMs });
    const records = await ledBucket(link, 'records');
    const index = await ledBucket(link, 'unsettled');
    const { max_payload: maxPayload } = connection.info ?? { max_payload: 1_048_576 };
    return new NatsRecordStore({ js, records, index, maxPayload, prefix: options.prefix });
  } catch (error) {
    throw asStoreError(error, 'opening the records');
  }
}

interface Buckets {
  readonly js: JetStreamClient;
  readonly records: KV;
  readonly index: KV;
  readonly maxPayload: number;
  readonly prefix: string;
}

class NatsRecordStore implements RecordStore {
  readonly #js: JetStreamClient;
  readonly #records: KV;
  readonly #index: KV;
  readonly #subject: string;
  readonly #maxValueBytes: number;
  /** Keys that this process knows to be in the index, so that a settled write need not ask. */
  readonly #indexed = new Set<string>();
  #closed = false;

  constructor(buckets: Buckets) {
    this.#js = buckets.js;
    this.#records = buckets.records;
    this.#index = buckets.index;
    this.#subject = `$KV.${buckets.prefix}_records`;
    this.#maxValueBytes = buckets.maxPayload - headerRoomBytes;
  }

  async read(key: string): Promise<StoredRecord | undefined> {
    assertRecordKey(key);
    const entry = await this.#get(key);
    if (entry?.operation !== 'PUT') return undefined;
    return { value: new Uint8Array(entry.value), revision: entry.revision };
  }

  async readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const found: (StoredRecord | undefined)[] = [];
    for (let start = 0; start < keys.length; start += maxReadsAtOnce) {
      const batch = keys.slice(start, start + maxReadsAtOnce);
      found.push(...(await Promise.all(batch.map((key) => this.read(key)))));
    }
    return found;
  }

  async write(
    key: string,
    value: Uint8Array,
    expectedRevision: number,
    options: RecordWriteOptions = {},
  ): Promise<WriteOutcome> {
    assertRecordKey(key);
    this.#assertFits(key, value);
    // The client writes later what it was given now.
    const kept = value.slice();
    const unsettled = options.unsettled === true;
    // The index may name a record that is settled, never miss one that is not: in before, out after.
    if (unsettled) await this.#enterIndex(key);
    const outcome = await this.#attempt(`writing ${key}`, () =>
      expectedRevision === 0
        ? this.#records.create(key, kept)
        : this.#records.update(key, kept, expectedRevision),
    );
    if (outcome.ok && !unsettled) this.#leaveIndex(key);
    return outcome;
  }

  async delete(key: string, expectedRevision: number): Promise<WriteOutcome> {
    assertRecordKey(key);
    if (expectedRevision === 0) return conflict;
    const outcome = await this.#attempt(`deleting ${key}`, () =>
      this.#putDeleteMarker(key, expectedRevision),
    );
    if (outcome.ok) this.#leaveIndex(key);
    return outcome;
  }

  async *keys(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    yield* this.#list(this.#records, prefix);
  }

  async *unsettled(prefix: string): AsyncIterable<string> {
    assertKeyPrefix(prefix);
    for await (const key of this.#list(this.#index, prefix)) {
      this.#indexed.add(key);
      yield key;
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  async #get(key: string): Promise<KvEntry | null> {
    this.#assertOpen();
    try {
      return await this.#records.get(key);
    } catch (error) {
      throw asStoreError(error, `reading ${key}`);
    }
  }

  async #attempt(doing: string, write: () => Promise<number>): Promise<WriteOutcome> {
    this.#assertOpen();
    try {
      return { ok: true, revision: await write() };
    } catch (error) {
      if (isWrongLastSequence(error)) return conflict;
      throw asStoreError(error, doing);
    }
  }

  async #enterIndex(key: string): Promise<void> {
    this.#assertOpen();
    if (this.#indexed.has(key)) return;
    try {
      await this.#index.put(key, new Uint8Array());
      this.#indexed.add(key);
    } catch (error) {
      throw asStoreError(error, `noting unfinished business of ${key}`);
    }
  }

  /** Not waited for: a key that stays in the index costs its owner one look, a save that waits costs every save. */
  #leaveIndex(key: string): void {
    if (!this.#indexed.delete(key)) return;
    this.#index.purge(key).catch(() => undefined);
  }

  /** As the KV client deletes, but telling the marker's revision, which its `delete` keeps to itself. */
  async #putDeleteMarker(key: string, expectedRevision: number): Promise<number> {
    const marks = headers();
    marks.set('KV-Operation', 'DEL');
    marks.set('Nats-Expected-Last-Subject-Sequence', String(expectedRevision));
    const { seq } = await this.#js.publish(`${this.#subject}.${key}`, new Uint8Array(), {
      headers: marks,
    });
    return seq;
  }

  async *#list(bucket: KV, prefix: string): AsyncIterable<string> {
    this.#assertOpen();
    try {
      for await (const key of await bucket.keys()) {
        if (key.startsWith(prefix)) yield key;
      }
    } catch (error) {
      throw asStoreError(error, 'listing records');
    }
  }

  #assertFits(key: string, value: Uint8Array): void {
    if (value.length <= this.#maxValueBytes) return;
    throw new StoreError(
      'store_unavailable',
      `The record ${key} has ${value.length} bytes and NATS takes ${this.#maxValueBytes}; raise max_payload in nats-server.conf.`,
    );
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('store_closed', 'The record store was closed.');
  }
}
