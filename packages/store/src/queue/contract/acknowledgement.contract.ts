/** What becomes of what was delivered: it is gone, or it comes again. */
import { describe, expect, test } from 'vitest';
import { ackWaitMs, oneAtATime, type QueueUnderTest } from './queue-under-test.ts';

export function acknowledgementContract(under: QueueUnderTest): void {
  describe('acknowledgement', () => {
    test('what is acknowledged is gone', async () => {
      await under.publish('a');
      const inbox = await under.consume();
      await (await inbox.next()).ack();
      expect(await under.queue.depth(7)).toBe(0);
      await under.advance(3 * ackWaitMs);
      expect(inbox.waiting).toBe(0);
      await inbox.consumer?.stop();
      await under.publish('b');
      expect((await (await under.consume()).next()).message.id).toBe('b');
    });

    test('what is not acknowledged comes again after ackWaitMs', async () => {
      await under.publish('a');
      const inbox = await under.consume();
      await inbox.next();
      await under.advance(1.5 * ackWaitMs);
      const again = await inbox.next();
      expect(again.message.id).toBe('a');
      expect(again.attempt).toBeGreaterThan(1);
      await again.ack();
      expect(await under.queue.depth(7)).toBe(0);
    });

    test('what is handed back comes again, sooner than what is forgotten', async () => {
      await under.publish('a');
      const inbox = await under.consume();
      (await inbox.next()).retry();
      await under.advance(0.9 * ackWaitMs);
      const again = await inbox.next();
      expect(again.message.id).toBe('a');
      expect(again.attempt).toBe(2);
      expect(await under.queue.depth(7)).toBe(1);
    });

    test('what is handed back does not keep others from being delivered', async () => {
      await under.publish('a');
      await under.publish('b');
      const inbox = await under.consume();
      (await inbox.next()).retry();
      await (await inbox.next()).ack();
      await under.publish('c');
      await under.advance(0.9 * ackWaitMs);
      expect((await inbox.take(2)).sort()).toEqual(['a', 'c']);
    });

    test('acknowledging twice, or handing back what was acknowledged, changes nothing', async () => {
      await under.publish('a');
      await under.publish('b');
      const inbox = await under.consume(oneAtATime);
      const a = await inbox.next();
      await a.ack();
      await a.ack();
      a.retry();
      expect((await inbox.next()).message.id).toBe('b');
      expect(await under.queue.depth(7)).toBe(1);
      await under.advance(0.5 * ackWaitMs);
      expect(inbox.waiting).toBe(0);
    });
  });
}
