/** What is published again under the id that it has. */
import { describe, expect, test } from 'vitest';
import { oneAtATime, type QueueUnderTest } from './queue-under-test.ts';

export function deduplicationContract(under: QueueUnderTest): void {
  describe('deduplication', () => {
    test('the same id is queued once, while it waits and after it is gone', async () => {
      await under.publish('a');
      await under.publish('a');
      const inbox = await under.consume(oneAtATime);
      await (await inbox.next()).ack();
      await under.publish('a');
      await under.publish('b');
      expect((await inbox.next()).message.id).toBe('b');
      expect(await under.queue.depth(7)).toBe(1);
    });

    test('the same id published many times at once is queued once', async () => {
      await Promise.all(Array.from({ length: 10 }, () => under.publish('a')));
      expect(await under.queue.depth(7)).toBe(1);
    });

    test('ids of any length are told apart', async () => {
      const long = 'i'.repeat(3_999);
      await under.publish(`${long}1`);
      await under.publish(`${long}2`);
      await under.publish(`${long}1`);
      expect(await (await under.consume()).take(2)).toEqual([`${long}1`, `${long}2`]);
      expect(await under.queue.depth(7)).toBe(2);
    });
  });
}
