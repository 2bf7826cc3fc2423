/** What arrives, in which order, and how much at a time. */
import { describe, expect, test } from 'vitest';
import { ackWaitMs, manyAtATime, oneAtATime, type QueueUnderTest } from './queue-under-test.ts';

export function deliveryContract(under: QueueUnderTest): void {
  describe('delivery', () => {
    test('a message arrives as it was published', async () => {
      const body = Uint8Array.from({ length: 256 }, (_, index) => index);
      await under.queue.publish({ id: 'ä/1', shard: 7, body });
      const delivery = await (await under.consume()).next();
      expect(delivery.message).toEqual({ id: 'ä/1', shard: 7, body });
      expect(delivery.attempt).toBe(1);
    });

    test('the publisher may use its bytes for something else afterwards', async () => {
      const body = Uint8Array.of(1, 2, 3);
      const publishing = under.queue.publish({ id: 'a', shard: 7, body });
      body.fill(0);
      await publishing;
      expect((await (await under.consume()).next()).message.body).toEqual(Uint8Array.of(1, 2, 3));
    });

    test('messages of a shard come in the order of publishing', async () => {
      const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
      for (const id of ids.slice(0, 20)) await under.publish(id);
      const inbox = await under.consume(oneAtATime);
      for (const id of ids.slice(20)) await under.publish(id);
      expect(await inbox.takeAndAck(40)).toEqual(ids);
    });

    test('a consumer gets only its shard', async () => {
      await under.publish('for 8', 8);
      await under.publish('for 7', 7);
      const seven = await under.consume(manyAtATime, 7);
      const eight = await under.consume(manyAtATime, 8);
      expect((await seven.next()).message.id).toBe('for 7');
      expect((await eight.next()).message.id).toBe('for 8');
      expect(seven.waiting + eight.waiting).toBe(0);
    });

    test('no more than maxInFlight are out, and each acknowledgement lets one follow', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await under.publish(id);
      const inbox = await under.consume({ maxInFlight: 2, ackWaitMs });
      const [a, b] = [await inbox.next(), await inbox.next()];
      await under.advance(ackWaitMs / 10);
      expect(inbox.waiting).toBe(0);
      await b.ack();
      expect((await inbox.next()).message.id).toBe('c');
      await under.advance(ackWaitMs / 10);
      expect(inbox.waiting).toBe(0);
      await a.ack();
      expect((await inbox.next()).message.id).toBe('d');
    });
  });
}
