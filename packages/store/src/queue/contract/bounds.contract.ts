/** How much a queue holds, and what it takes for a shard and for an id. */
import { describe, expect, test } from 'vitest';
import {
  handshakeQueueContractBounds,
  manyAtATime,
  type QueueUnderTest,
} from './queue-under-test.ts';

export function boundsContract(under: QueueUnderTest): void {
  describe('bounds', () => {
    const { maxDepthPerShard } = handshakeQueueContractBounds;

    async function fill(shard: number): Promise<void> {
      const ids = Array.from({ length: maxDepthPerShard }, (_, index) => `fill ${index}`);
      await Promise.all(ids.map((id) => under.publish(id, shard)));
    }

    test('a full shard refuses more, and takes more once it has room', async () => {
      await fill(7);
      await expect(under.publish('more')).rejects.toMatchObject({ code: 'queue_full' });
      expect(await under.queue.depth(7)).toBe(maxDepthPerShard);
      await (await (await under.consume()).next()).ack();
      await under.publish('more');
      expect(await under.queue.depth(7)).toBe(maxDepthPerShard);
    });

    test('a full shard still accepts the id that it holds, and other shards are not concerned', async () => {
      await fill(7);
      await under.publish('fill 0');
      await under.publish('elsewhere', 8);
      expect(await under.queue.depth()).toBe(maxDepthPerShard + 1);
    });

    test('depth counts one shard or all', async () => {
      expect(await under.queue.depth()).toBe(0);
      await under.publish('a', 1);
      await under.publish('b', 1);
      await under.publish('c', 2);
      expect([
        await under.queue.depth(),
        await under.queue.depth(1),
        await under.queue.depth(2),
      ]).toEqual([3, 2, 1]);
      expect(await under.queue.depth(3)).toBe(0);
    });

    test.each([-1, 0.5, 65_536, Number.NaN])('there is no shard %d', async (shard) => {
      await expect(under.publish('a', shard)).rejects.toThrow(TypeError);
      await expect(under.consume(manyAtATime, shard)).rejects.toThrow(TypeError);
    });

    test.each([
      ['nothing', ''],
      ['two lines', 'two\nlines'],
      ['more than 4,000 bytes', 'ä'.repeat(2_001)],
    ])('%s is no id', async (_, id) => {
      await expect(under.publish(id)).rejects.toThrow(TypeError);
    });
  });
}
