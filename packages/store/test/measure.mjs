// What the store costs on this machine: node packages/store/test/measure.mjs (after npm run build).
// Without arguments both durabilities, at several numbers of operations in flight; records of 600 bytes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LmdbHandshakeQueue,
  LmdbRecordStore,
  MemoryHandshakeQueue,
  MemoryRecordStore,
  openLmdb,
  systemTimers,
} from '@rollcall/store';

const value = new Uint8Array(600).fill(7);
const key = (index) => `user/u${(index * 7919) % 20_000}=40example=2Ecom`;

/** Runs `count` operations, so many at a time, and prints rate, CPU and latency. */
async function measure(name, inFlight, count, operation) {
  const latencies = [];
  let started = 0;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const loop = async () => {
    while (started < count) {
      const index = started++;
      const start = performance.now();
      await operation(index);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const elapsedMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  const at = (part) => latencies[Math.floor(latencies.length * part)].toFixed(2);
  process.stdout.write(
    `${name.padEnd(34)} ${String(inFlight).padStart(5)} in flight ` +
      `${Math.round((count / elapsedMs) * 1000)
        .toLocaleString('en')
        .padStart(9)}/s ` +
      `${((user + system) / count).toFixed(1).padStart(7)} µs CPU  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms\n`,
  );
}

async function measureStores(name, records, queue) {
  const write = async (index) => {
    const record = await records.read(key(index));
    await records.write(key(index), value, record?.revision ?? 0, { unsettled: index % 2 === 0 });
  };
  await measure(`${name}: warming up`, 100, 20_000, write);
  for (const inFlight of [1, 16, 200, 2_000])
    await measure(`${name}: read and write`, inFlight, inFlight === 1 ? 3_000 : 40_000, write);
  await measure(`${name}: read`, 1, 200_000, (index) => records.read(key(index)));
  const keys = Array.from({ length: 100 }, (_, index) => key(index));
  await measure(`${name}: read 100`, 1, 2_000, () => records.readMany(keys));
  for (const inFlight of [1, 16, 200])
    await measure(
      `${name}: publish, deliver, ack`,
      inFlight,
      inFlight === 1 ? 2_000 : 20_000,
      through(queue),
    );
}

/** Publishes, and resolves when the delivery has been acknowledged. */
function through(queue) {
  const waiting = new Map();
  const shards = Array.from({ length: 16 }, (_, shard) => shard);
  const run = Math.random();
  const consuming = Promise.all(
    shards.map((shard) =>
      queue.consume(shard, { maxInFlight: 64, ackWaitMs: 30_000 }, (delivery) => {
        void delivery.ack().then(() => waiting.get(delivery.message.id)());
      }),
    ),
  );
  return async (index) => {
    await consuming;
    const id = `${run}/${index}`;
    const acknowledged = new Promise((resolve) => waiting.set(id, resolve));
    await queue.publish({ id, shard: index % shards.length, body: value.subarray(0, 300) });
    await acknowledged;
    waiting.delete(id);
  };
}

const timers = systemTimers;
await measureStores('memory', new MemoryRecordStore(), new MemoryHandshakeQueue({ timers }));
for (const durability of ['committed', 'flushed']) {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-measure-'));
  const environment = await openLmdb(directory, { durability });
  const queue = new LmdbHandshakeQueue(environment, { timers });
  await measureStores(`LMDB ${durability}`, new LmdbRecordStore(environment), queue);
  await queue.close();
  await environment.close();
  rmSync(directory, { recursive: true });
}
