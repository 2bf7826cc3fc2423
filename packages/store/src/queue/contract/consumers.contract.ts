/** One consumer of a shard after the other. */
import { describe, expect, test } from 'vitest';
import { ackWaitMs, type QueueUnderTest } from './queue-under-test.ts';

export function consumersContract(under: QueueUnderTest): void {
  describe('consumers', () => {
    test('a new one gets, in order, what the last left unacknowledged', async () => {
      for (const id of ['a', 'b', 'c']) await under.publish(id);
      const first = await under.consume();
      await first.next();
      await (await first.next()).ack();
      await first.next();
      await first.consumer?.stop();
      const second = await under.consume();
      await under.advance(1.5 * ackWaitMs);
      expect(await second.take(2)).toEqual(['a', 'c']);
    });

    test('a new one takes over from one that was not stopped', async () => {
      await under.publish('a');
      const first = await under.consume();
      await first.next();
      const second = await under.consume();
      const again = await second.next();
      expect(again.message.id).toBe('a');
      await again.ack();
      await under.publish('b');
      expect((await second.next()).message.id).toBe('b');
      await under.advance(1.5 * ackWaitMs);
      expect(first.waiting).toBe(0);
    });

    test('one that another has taken over from is told, one that was stopped is not', async () => {
      const told: string[] = [];
      const first = await under.consume();
      void first.consumer?.lost.then(() => told.push('first'));
      const second = await under.consume();
      void second.consumer?.lost.then(() => told.push('second'));
      await second.consumer?.stop();
      await under.consume();
      await first.consumer?.lost;
      await under.advance(ackWaitMs / 10);
      expect(told).toEqual(['first']);
    });

    test('a stopped one gets nothing more', async () => {
      const inbox = await under.consume();
      await under.publish('a');
      await inbox.next();
      await inbox.consumer?.stop();
      await under.publish('b');
      await under.advance(3 * ackWaitMs);
      expect(inbox.waiting).toBe(0);
      expect(await under.queue.depth(7)).toBe(2);
    });

    test('an acknowledgement counts though its consumer has been stopped', async () => {
      await under.publish('a');
      await under.publish('b');
      const first = await under.consume();
      const a = await first.next();
      await first.consumer?.stop();
      await a.ack();
      expect(await under.queue.depth(7)).toBe(1);
    });
  });
}
