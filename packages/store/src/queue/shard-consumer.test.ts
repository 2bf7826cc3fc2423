import { describe, expect, test } from 'vitest';
import { VirtualTimers } from '../../test/virtual-timers.ts';
import type { QueueDelivery } from './handshake-queue.ts';
import { ShardConsumer, type ShardLog } from './shard-consumer.ts';

const ackWaitMs = 1_000;
const retryDelayMs = 100;

/** A consumer of a log with the messages 1, 2 and so on, and what it delivers. */
function consumerOf(count: number, remove: ShardLog['remove'] = () => Promise.resolve()) {
  const timers = new VirtualTimers(0);
  const deliveries: QueueDelivery[] = [];
  const log: ShardLog = {
    readAfter: (after, limit) =>
      Array.from({ length: Math.min(limit, count - after) }, (_, index) => {
        const sequence = after + index + 1;
        return { sequence, message: { id: `${sequence}`, shard: 0, body: new Uint8Array() } };
      }),
    remove,
  };
  const reactions: ((delivery: QueueDelivery) => void)[] = [];
  const consumer = new ShardConsumer(
    log,
    { maxInFlight: 10, ackWaitMs, retryDelayMs, timers },
    (delivery) => {
      deliveries.push(delivery);
      for (const react of reactions) react(delivery);
    },
  );
  const onDelivery = (react: (delivery: QueueDelivery) => void) => reactions.push(react);
  return { consumer, timers, deliveries, onDelivery };
}

const attempts = (deliveries: readonly QueueDelivery[]) =>
  deliveries.map(({ message, attempt }) => `${message.id}#${attempt}`);

describe('a message that is handed back', () => {
  test('is on one way at a time: the wait for its acknowledgement ends', async () => {
    const { consumer, timers, deliveries } = consumerOf(1);
    consumer.pump();
    deliveries[0]?.retry();
    await timers.advance(retryDelayMs + ackWaitMs - 1);
    expect(attempts(deliveries)).toEqual(['1#1', '1#2']);
    await timers.advance(1);
    expect(attempts(deliveries)).toEqual(['1#1', '1#2', '1#3']);
  });

  test('comes later each time, up to the wait for an acknowledgement', async () => {
    const { consumer, timers, deliveries, onDelivery } = consumerOf(1);
    const times: number[] = [];
    onDelivery((delivery) => {
      times.push(timers.now());
      delivery.retry();
    });
    consumer.pump();
    await timers.advance(5_000);
    expect(times).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500, 4_500]);
    expect(deliveries.at(-1)?.attempt).toBe(8);
  });

  test('by a delivery that another has replaced is not delivered for it', async () => {
    const { consumer, timers, deliveries } = consumerOf(1);
    consumer.pump();
    await timers.advance(ackWaitMs);
    deliveries[0]?.retry();
    await timers.advance(ackWaitMs - 1);
    expect(attempts(deliveries)).toEqual(['1#1', '1#2']);
  });
});

describe('an acknowledgement', () => {
  test('that cannot be made durable rejects, and the message comes again', async () => {
    const { consumer, timers, deliveries } = consumerOf(1, () =>
      Promise.reject(new Error('no disk')),
    );
    consumer.pump();
    await expect(deliveries[0]?.ack()).rejects.toThrow('no disk');
    await timers.advance(ackWaitMs);
    expect(attempts(deliveries)).toEqual(['1#1', '1#2']);
  });
});

describe('a consumer', () => {
  test('stopped from within a delivery gets not even the next of the same look', async () => {
    const { consumer, timers, deliveries, onDelivery } = consumerOf(3);
    onDelivery((delivery) => {
      if (delivery.message.id === '2') void consumer.stop();
    });
    consumer.pump();
    await timers.advance(3 * ackWaitMs);
    expect(attempts(deliveries)).toEqual(['1#1', '2#1']);
  });
});
