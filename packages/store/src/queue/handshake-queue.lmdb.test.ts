import { open as openRaw } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory, type TemporaryDirectory } from '../../test/temporary-directory.ts';
import { VirtualTimers } from '../../test/virtual-timers.ts';
import { openLmdb, type LmdbEnvironment } from '../lmdb/lmdb-environment.ts';
import type { QueueDelivery } from './handshake-queue.ts';
import { LmdbHandshakeQueue } from './handshake-queue.lmdb.ts';

const dedupWindowMs = 10_000;

let directory: TemporaryDirectory;
let timers: VirtualTimers;
let environment: LmdbEnvironment;
let queue: LmdbHandshakeQueue;

beforeEach(async () => {
  directory = await temporaryDirectory();
  timers = new VirtualTimers();
  await start();
});

afterEach(async () => {
  await stop();
  await directory.remove();
});

async function start(): Promise<void> {
  environment = await openLmdb(directory.path);
  queue = new LmdbHandshakeQueue(environment, { timers, dedupWindowMs });
}

async function stop(): Promise<void> {
  await queue.close();
  await environment.close();
}

const publish = (id: string, to = queue) => to.publish({ id, shard: 3, body: new Uint8Array(1) });

async function publishHundred(name: string): Promise<void> {
  await Promise.all(Array.from({ length: 100 }, (_, index) => publish(`${name} ${index}`)));
}

async function consume(from = queue): Promise<QueueDelivery[]> {
  const deliveries: QueueDelivery[] = [];
  const options = { maxInFlight: 10, ackWaitMs: 60_000 };
  await from.consume(3, options, (delivery) => deliveries.push(delivery));
  return deliveries;
}

const ids = (deliveries: readonly QueueDelivery[]) => deliveries.map(({ message }) => message.id);

describe('a restart', () => {
  test('keeps the messages, their order and their number', async () => {
    for (const id of ['a', 'b', 'c']) await publish(id);
    const before = await consume();
    await timers.advance(0);
    await before[1]?.ack();
    await stop();
    await start();
    expect(await queue.depth(3)).toBe(2);
    await publish('d');
    const after = await consume();
    await timers.advance(0);
    expect(ids(after)).toEqual(['a', 'c', 'd']);
  });

  test('keeps the ids for deduplication', async () => {
    await publish('a');
    const deliveries = await consume();
    await timers.advance(0);
    await deliveries[0]?.ack();
    expect(await queue.depth(3)).toBe(0);
    await stop();
    await start();
    await publish('a');
    expect(await queue.depth(3)).toBe(0);
  });
});

describe('the window of deduplication', () => {
  test('spans the end of the period in which the id was published', async () => {
    await timers.advance(dedupWindowMs - 1_000 - (timers.now() % dedupWindowMs));
    await publish('a');
    await timers.advance(2_000);
    for (const id of ['b', 'c', 'a']) await publish(id);
    expect(await queue.depth(3)).toBe(3);
  });

  test('ends: ids of the past are new again, and leave nothing behind', async () => {
    await publishHundred('old');
    await timers.advance(2 * dedupWindowMs);
    await publishHundred('new');
    await publish('old 0');
    expect(await queue.depth(3)).toBe(201);
    await stop();
    const raw = openRaw({ path: directory.path, noSubdir: false, overlappingSync: false });
    expect(raw.openDB({ name: 'handshake-ids', encoding: 'binary' }).getKeysCount()).toBe(101);
    await raw.close();
    await start();
  });
});

test('a damaged message is delivered as it is and holds up no other', async () => {
  for (const id of ['a', 'b', 'c']) await publish(id);
  await stop();
  const raw = openRaw({ path: directory.path, noSubdir: false, overlappingSync: false });
  const messages = raw.openDB({ name: 'handshakes', encoding: 'binary' });
  await messages.put([3, 1], Buffer.of(7));
  await messages.put([3, 2], Buffer.of(0xff, 0xff, 7));
  await raw.close();
  await start();
  const deliveries = await consume();
  await timers.advance(0);
  expect(ids(deliveries)).toEqual(['', '\x07', 'c']);
  await Promise.all(deliveries.map((delivery) => delivery.ack()));
  expect(await queue.depth()).toBe(0);
});

describe('two queues on one database, as two processes have them', () => {
  test('one delivers what the other published, at its next poll', async () => {
    const other = new LmdbHandshakeQueue(environment, { timers, pollIntervalMs: 500 });
    const deliveries = await consume(other);
    await publish('a');
    await timers.advance(100);
    expect(ids(deliveries)).toEqual([]);
    await timers.advance(500);
    expect(ids(deliveries)).toEqual(['a']);
    await deliveries[0]?.ack();
    expect(await queue.depth()).toBe(0);
    await other.close();
  });

  test('the same id is queued once, whoever publishes it', async () => {
    const other = new LmdbHandshakeQueue(environment, { timers, dedupWindowMs });
    await Promise.all([publish('a'), publish('a', other)]);
    expect(await other.depth(3)).toBe(1);
    await other.close();
  });
});
