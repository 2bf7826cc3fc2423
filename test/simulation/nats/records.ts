/**
 * The durable records: one store for all, which outlives every process, and each process's way to it. Reads are never
 * stale: the adapter asks the stream's leader (ARCHITECTURE.md, "Decisions that are hard to undo").
 */
import {
  StoreError,
  type RecordStore,
  type RecordWriteOptions,
  type StoredRecord,
  type WriteOutcome,
} from '@rollcall/store';
import type { SimClock } from '../world/sim-clock.ts';
import type { Connection } from './connection.ts';

interface Version {
  /** Undefined where it was deleted. */
  readonly value: Uint8Array | undefined;
  readonly revision: number;
  readonly unsettled: boolean;
  /** Processes that have written or read it, and may remember. */
  readonly knownTo: Set<string>;
}

function absent(): Version {
  return { value: undefined, revision: 0, unsettled: false, knownTo: new Set() };
}

const conflict: WriteOutcome = { ok: false, reason: 'conflict' };

/** What was there before a write, so that it can be taken back. */
interface Replaced {
  readonly atMs: number;
  readonly key: string;
  readonly before: Version;
}

export class SimRecords {
  readonly #clock: SimClock;
  readonly #mayLoseMs: number;
  readonly #keys = new Map<string, Version>();
  #lastRevision = 0;
  /** Oldest first, as long as it may be lost. */
  #journal: Replaced[] = [];
  /** Told of every write that was carried out, acknowledged or not, and on whose behalf. */
  onWrite: (key: string, by: Connection) => void = () => undefined;

  /** Told of every key whose last writes were lost, and to which processes the last of them was known. */
  onLoss: (key: string, knownTo: ReadonlySet<string>) => void = () => undefined;

  constructor(clock: SimClock, mayLoseMs: number) {
    this.#clock = clock;
    this.#mayLoseMs = mayLoseMs;
  }

  /** The end of the file is gone: everything is as it was, the count of revisions too (scenario 10). */
  lose(ms: number): void {
    const sinceMs = this.#clock.passedMs - ms;
    const lost = new Map<string, ReadonlySet<string>>();
    for (let last = this.#journal.at(-1); last && last.atMs >= sinceMs;) {
      const { key, before } = last;
      if (!lost.has(key)) lost.set(key, (this.#keys.get(key) ?? absent()).knownTo);
      this.#keys.set(key, before);
      this.#lastRevision -= 1;
      this.#journal.pop();
      last = this.#journal.at(-1);
    }
    for (const [key, knownTo] of lost) this.onLoss(key, knownTo);
  }

  read(key: string): StoredRecord | undefined {
    const { value, revision } = this.#keys.get(key) ?? absent();
    return value && { value, revision };
  }

  /** As a process reads it, which may remember. */
  readBy({ process }: Connection, key: string): StoredRecord | undefined {
    if (process !== undefined) this.#keys.get(key)?.knownTo.add(process);
    return this.read(key);
  }

  put(
    by: Connection,
    key: string,
    value: Uint8Array | undefined,
    expected: number,
    unsettled: boolean,
  ): WriteOutcome {
    const current = this.#keys.get(key) ?? absent();
    const found = current.value === undefined ? 0 : current.revision;
    if (found !== expected || (value === undefined && current.value === undefined)) return conflict;
    const revision = ++this.#lastRevision;
    this.#note({ atMs: this.#clock.passedMs, key, before: current });
    const knownTo = new Set(by.process === undefined ? [] : [by.process]);
    this.#keys.set(key, { value, revision, unsettled, knownTo });
    this.onWrite(key, by);
    return { ok: true, revision };
  }

  #note(replaced: Replaced): void {
    const sinceMs = replaced.atMs - this.#mayLoseMs;
    const kept = this.#journal.findIndex(({ atMs }) => atMs >= sinceMs);
    if (kept > 100) this.#journal = this.#journal.slice(kept);
    this.#journal.push(replaced);
  }

  keys(prefix: string, unsettledOnly: boolean): readonly string[] {
    return [...this.#keys]
      .filter(([key, { value }]) => key.startsWith(prefix) && value !== undefined)
      .filter(([, { unsettled }]) => !unsettledOnly || unsettled)
      .map(([key]) => key);
  }

  /** The store as one process has it. */
  over(connection: Connection): RecordStore {
    return new RecordsOver(this, connection);
  }
}

class RecordsOver implements RecordStore {
  readonly #records: SimRecords;
  readonly #connection: Connection;

  constructor(records: SimRecords, connection: Connection) {
    this.#records = records;
    this.#connection = connection;
  }

  read(key: string): Promise<StoredRecord | undefined> {
    return this.#ask(() => this.#copy(key));
  }

  readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    return this.#ask(() => keys.map((key) => this.#copy(key)));
  }

  write(
    key: string,
    value: Uint8Array,
    expected: number,
    options?: RecordWriteOptions,
  ): Promise<WriteOutcome> {
    const copy = value.slice();
    return this.#ask(() =>
      this.#records.put(this.#connection, key, copy, expected, options?.unsettled === true),
    );
  }

  delete(key: string, expected: number): Promise<WriteOutcome> {
    return this.#ask(() => this.#records.put(this.#connection, key, undefined, expected, false));
  }

  async *keys(prefix: string): AsyncIterable<string> {
    yield* await this.#ask(() => this.#records.keys(prefix, false));
  }

  async *unsettled(prefix: string): AsyncIterable<string> {
    yield* await this.#ask(() => this.#records.keys(prefix, true));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #copy(key: string): StoredRecord | undefined {
    const record = this.#records.readBy(this.#connection, key);
    return record && { value: record.value.slice(), revision: record.revision };
  }

  #ask<T>(carryOut: () => T): Promise<T> {
    return this.#connection.ask(
      () => Promise.resolve(carryOut()),
      () => new StoreError('store_unavailable', 'The simulated store does not answer.'),
    );
  }
}
