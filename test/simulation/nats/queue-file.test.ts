// The simulated stream of handshakes, when its end is lost.
import { expect, test } from 'vitest';
import type { QueueDelivery } from '@rollcall/store';
import { SimClock } from '../world/sim-clock.ts';
import { QueueFile } from './queue-file.ts';

const options = { maxInFlight: 8, ackWaitMs: 5_000 };

function message(id: string) {
  return { id, shard: 3, body: new Uint8Array([1]) };
}

async function started() {
  const clock = new SimClock();
  const file = new QueueFile(clock, 20_000);
  const delivered: QueueDelivery[] = [];
  await file.consume(3, options, (delivery) => delivered.push(delivery));
  const take = async () => {
    await clock.advance(1);
    return delivered.splice(0);
  };
  return { clock, file, take };
}

test('what was published last is gone, and may be published again', async () => {
  const { clock, file, take } = await started();
  await file.publish(message('kept'));
  await clock.advance(2_000);
  await file.publish(message('lost'));
  await file.lose(1_000);
  expect(await file.depth()).toBe(1);
  await file.publish(message('lost'));
  await file.publish(message('kept'));
  expect((await take()).map(({ message: { id } }) => id)).toContain('lost');
  expect(await file.depth()).toBe(2);
});

test('what was acknowledged last comes again, and an answer to what came before counts no more', async () => {
  const { clock, file, take } = await started();
  await file.publish(message('done'));
  await file.publish(message('given'));
  const [done, given] = await take();
  await clock.advance(2_000);
  await done?.ack();
  await file.lose(1_000);
  expect((await take()).map(({ message: { id } }) => id)).toEqual(['done', 'given']);
  await given?.ack();
  expect(await file.depth(3)).toBe(2);
});

test('what was acknowledged before the end stays so', async () => {
  const { clock, file, take } = await started();
  await file.publish(message('done'));
  await (await take())[0]?.ack();
  await clock.advance(2_000);
  await file.lose(1_000);
  expect(await take()).toEqual([]);
});
