import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualTimers } from '../../test/virtual-timers.ts';
import { ConsumerInbox } from './contract/consumer-inbox.ts';
import { DirectHandshakeQueue } from './handshake-queue.direct.ts';
import { MemoryHandshakeQueue } from './handshake-queue.memory.ts';

let timers: VirtualTimers;
let durable: MemoryHandshakeQueue;
let queue: DirectHandshakeQueue;

beforeEach(() => {
  timers = new VirtualTimers();
  durable = new MemoryHandshakeQueue({ timers });
  queue = new DirectHandshakeQueue(durable, { timers, maxDepthPerShard: 2 });
});

const message = (id: string) => ({ id, shard: 3, body: new Uint8Array(1) });
const publishKept = (id: string) => queue.publish({ ...message(id), kept: true });

async function consume(from = queue): Promise<ConsumerInbox> {
  const inbox = new ConsumerInbox();
  const options = { maxInFlight: 10, ackWaitMs: 60_000 };
  inbox.consumer = await from.consume(3, options, (delivery) => inbox.put(delivery));
  return inbox;
}

describe('what its publisher keeps', () => {
  test('is not written, and not published before it is acknowledged', async () => {
    const inbox = await consume();
    let published = false;
    const publishing = publishKept('a').then(() => (published = true));
    const delivery = await inbox.next();
    await timers.advance(10_000);
    expect(published).toBe(false);
    expect([await queue.depth(3), await queue.depth(), await durable.depth()]).toEqual([1, 1, 0]);
    await delivery.ack();
    await publishing;
    expect(await queue.depth()).toBe(0);
  });

  test('may be published again once it was acknowledged: its publisher knows why', async () => {
    const inbox = await consume();
    for (const attempt of [1, 2]) {
      const publishing = publishKept('a');
      expect(await inbox.takeAndAck(1), `attempt ${attempt}`).toEqual(['a']);
      await publishing;
    }
  });

  test('is refused beyond the bound', async () => {
    const inbox = await consume();
    const publishing = [publishKept('a'), publishKept('b')];
    await expect(publishKept('c')).rejects.toMatchObject({ code: 'queue_full' });
    await inbox.takeAndAck(2);
    await Promise.all(publishing);
  });

  test('is written where the last consumer has stopped, or another queue has taken over', async () => {
    const first = await consume();
    await first.consumer?.stop();
    await publishKept('a');
    const second = await consume();
    expect(await second.takeAndAck(1)).toEqual(['a']);
    await consume(new DirectHandshakeQueue(durable, { timers }));
    await second.consumer?.lost;
    await publishKept('b');
    expect(second.waiting).toBe(0);
  });

  test('is given up when the queue is closed', async () => {
    await consume();
    const publishing = publishKept('a');
    const refused = expect(publishing).rejects.toMatchObject({ code: 'store_closed' });
    await queue.close();
    await refused;
  });
});

test('all else is written', async () => {
  const inbox = await consume();
  await queue.publish(message('a'));
  expect(await durable.depth(3)).toBe(1);
  expect(await inbox.takeAndAck(1)).toEqual(['a']);
});
