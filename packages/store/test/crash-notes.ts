/**
 * What `crash-writer.ts` noted before it was killed, and whether the database agrees.
 */
import { expect } from 'vitest';
import { openLmdb, type LmdbEnvironment } from '../src/lmdb/lmdb-environment.ts';
import { LmdbHandshakeQueue } from '../src/queue/handshake-queue.lmdb.ts';
import { LmdbRecordStore } from '../src/record/record-store.lmdb.ts';
import { systemTimers } from '../src/timers.ts';
import { checkedNumber } from './self-checking.ts';

export interface CrashNotes {
  /** The highest number that a write of the record was told to have reached. */
  readonly written: ReadonlyMap<string, number>;
  readonly published: ReadonlySet<string>;
  /** Begun, perhaps not told. */
  readonly acknowledging: ReadonlySet<string>;
  readonly acknowledged: ReadonlySet<string>;
}

export function readNotes(text: string): CrashNotes {
  const notes = {
    written: new Map<string, number>(),
    published: new Set<string>(),
    acknowledging: new Set<string>(),
    acknowledged: new Set<string>(),
  };
  for (const line of text.split('\n').slice(0, -1)) {
    const [what = '', subject = '', number] = line.split(' ');
    if (what === 'wrote') notes.written.set(subject, Number(number));
    else notes[what as 'published' | 'acknowledging' | 'acknowledged'].add(subject);
  }
  return notes;
}

/** Opens the directory as the next process would. */
export async function expectWhatWasTold(told: CrashNotes, directory: string): Promise<void> {
  const environment = await openLmdb(directory);
  await expectRecords(told, new LmdbRecordStore(environment));
  await expectMessages(told, environment);
  await environment.close();
}

async function expectRecords(told: CrashNotes, records: LmdbRecordStore): Promise<void> {
  const found = new Map<string, number>();
  for await (const key of records.keys('record/')) {
    const record = await records.read(key);
    found.set(key, checkedNumber(record?.value ?? new Uint8Array()));
  }
  for (const [key, number] of told.written)
    expect(found.get(key), key).toBeGreaterThanOrEqual(number);

  const unsettled = new Set<string>();
  for await (const key of records.unsettled('')) unsettled.add(key);
  const odd = [...found].filter(([, number]) => number % 2 === 1);
  expect([...unsettled].sort()).toEqual(odd.map(([key]) => key).sort());
}

async function expectMessages(told: CrashNotes, environment: LmdbEnvironment): Promise<void> {
  const queue = new LmdbHandshakeQueue(environment, { timers: systemTimers });
  const queued: string[] = [];
  for (const shard of [0, 1, 2])
    await queue.consume(shard, { maxInFlight: 1_000_000, ackWaitMs: 60_000 }, ({ message }) => {
      expect(checkedNumber(message.body)).toBe(Number(message.id.split('/').at(-1)));
      queued.push(message.id);
    });
  await new Promise((resolve) => setImmediate(resolve));
  expect(queued).toHaveLength(await queue.depth());
  const present = new Set(queued);
  expect(present.size).toBe(queued.length);
  expect([...told.acknowledged].filter((id) => present.has(id))).toEqual([]);
  const owed = [...told.published].filter((id) => !told.acknowledging.has(id));
  expect(owed.filter((id) => !present.has(id))).toEqual([]);
  await queue.close();
}
