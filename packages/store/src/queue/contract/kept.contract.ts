/** What its publisher keeps, so that a queue may do without writing it. */
import { describe, expect, test } from 'vitest';
import { ackWaitMs, type QueueUnderTest } from './queue-under-test.ts';

export function keptContract(under: QueueUnderTest): void {
  describe('what its publisher keeps', () => {
    const publish = (id: string) =>
      under.queue.publish({ id, shard: 7, body: new TextEncoder().encode(id), kept: true });

    test('arrives, and is published once it is acknowledged at the latest', async () => {
      const inbox = await under.consume();
      const publishing = publish('a');
      const delivery = await inbox.next();
      expect(delivery.message.body).toEqual(new TextEncoder().encode('a'));
      await delivery.ack();
      await publishing;
      expect(await under.queue.depth(7)).toBe(0);
    });

    test('comes in the order of publishing, so many at a time', async () => {
      const inbox = await under.consume({ maxInFlight: 2, ackWaitMs });
      const publishing: Promise<void>[] = [];
      for (const id of ['a', 'b', 'c']) publishing.push(publish(id));
      const [a, b] = [await inbox.next(), await inbox.next()];
      expect([a.message.id, b.message.id]).toEqual(['a', 'b']);
      await under.advance(ackWaitMs / 10);
      expect(inbox.waiting).toBe(0);
      for (const delivery of [a, b]) await delivery.ack();
      expect(await inbox.takeAndAck(1)).toEqual(['c']);
      await Promise.all(publishing);
    });

    test('is queued once, however often it is published while it waits', async () => {
      const inbox = await under.consume();
      const publishing = [publish('a'), publish('a')];
      expect(await inbox.takeAndAck(1)).toEqual(['a']);
      await Promise.all(publishing);
      await under.advance(ackWaitMs / 10);
      expect(inbox.waiting).toBe(0);
    });

    test('comes again when it was handed back, or its consumer has stopped', async () => {
      const first = await under.consume();
      const publishing = publish('a');
      (await first.next()).retry();
      await under.advance(0.9 * ackWaitMs);
      expect((await first.next()).message.id).toBe('a');
      await first.consumer?.stop();
      const second = await under.consume();
      await under.advance(1.5 * ackWaitMs);
      await (await second.next()).ack();
      await publishing;
      expect(await under.queue.depth(7)).toBe(0);
    });

    test('is durable where nobody consumes it', async () => {
      await publish('a');
      expect(await under.queue.depth(7)).toBe(1);
      expect(await (await under.consume()).takeAndAck(1)).toEqual(['a']);
    });
  });
}
