/**
 * A process that writes records until it cannot time and again, then says how it was told, and whether the store still serves.
 *
 * node fill-disk.js DIRECTORY
 */
import { openLmdb } from '../src/lmdb/lmdb-environment.ts';
import { LmdbRecordStore } from '../src/record/record-store.lmdb.ts';
import { StoreError } from '../src/store-error.ts';

const environment = await openLmdb(process.argv[2] ?? '');
const records = new LmdbRecordStore(environment);
const value = new Uint8Array(20_000).fill(7);

let written = 0;
const failures: Error[] = [];
while (failures.length < 3) {
  const writes = [1, 2, 3].map((part) => records.write(`record/${written}/${part}`, value, 0));
  const outcomes = await Promise.allSettled(writes);
  const rejected = outcomes.find((outcome) => outcome.status === 'rejected');
  if (rejected) failures.push(rejected.reason as Error);
  else written += 1;
}
const last = await records.read(`record/${written - 1}/3`);
const next = await records.read(`record/${written}/1`);
await environment.close();
process.stdout.write(
  JSON.stringify({
    codes: failures.map((failure) => (failure instanceof StoreError ? failure.code : 'none')),
    message: failures[0]?.message,
    lastIsThere: last?.value.length === value.length,
    failedIsThere: next !== undefined,
  }),
);
