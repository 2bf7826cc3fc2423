/**
 * A process that writes records, publishes messages and acknowledges them as fast as it can, until it is killed. What
 * it has been told is durable it notes in a file, a line at a time.
 *
 * node crash-writer.js DIRECTORY NOTES ROUND
 */
import { openSync, writeSync } from 'node:fs';
import { openLmdb } from '../src/lmdb/lmdb-environment.ts';
import { LmdbHandshakeQueue } from '../src/queue/handshake-queue.lmdb.ts';
import { LmdbRecordStore } from '../src/record/record-store.lmdb.ts';
import { systemTimers } from '../src/timers.ts';
import { checkedNumber, selfChecking } from './self-checking.ts';

const [directory = '', notesPath = '', round = ''] = process.argv.slice(2);
const notes = openSync(notesPath, 'a');
const note = (line: string) => writeSync(notes, `${line}\n`);

const writers = 40;
const shards = [0, 1, 2];

const environment = await openLmdb(directory);
const records = new LmdbRecordStore(environment);
const queue = new LmdbHandshakeQueue(environment, { timers: systemTimers });

/** Raises the number in a record by one, for ever; odd numbers are unsettled. */
async function raise(key: string): Promise<never> {
  for (;;) {
    const record = await records.read(key);
    const number = record ? checkedNumber(record.value) + 1 : 1;
    const options = { unsettled: number % 2 === 1 };
    const outcome = await records.write(key, selfChecking(number), record?.revision ?? 0, options);
    if (outcome.ok) note(`wrote ${key} ${number}`);
  }
}

async function publish(writer: number): Promise<never> {
  for (let count = 1; ; count += 1) {
    const id = `${round}/${writer}/${count}`;
    await queue.publish({ id, shard: writer % shards.length, body: selfChecking(count) });
    note(`published ${id}`);
  }
}

for (let writer = 0; writer < writers; writer += 1) {
  void raise(`record/${writer}`);
  void publish(writer);
}
for (const shard of shards)
  await queue.consume(shard, { maxInFlight: 5, ackWaitMs: 60_000 }, (delivery) => {
    note(`acknowledging ${delivery.message.id}`);
    void delivery.ack().then(() => note(`acknowledged ${delivery.message.id}`));
  });
process.stdout.write('writing\n');
