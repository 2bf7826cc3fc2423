import { describe, expect, test } from 'vitest';
import { jid } from '../testing/test-client.ts';
import { shardCount, shardOf } from './shard-of.ts';

describe('the shard of a user', () => {
  test('never changes: queues and maps of every cluster hang on it', () => {
    const shards = ['alice@localhost', 'bob@example.com', 'ἀλήθεια@example.com', 'example.com'];
    expect(shards.map((user) => shardOf(jid(user)))).toEqual([63, 240, 227, 241]);
  });

  test('is spread evenly, also over names that are alike', () => {
    const counts = new Array<number>(shardCount).fill(0);
    const users = 64_000;
    for (let number = 0; number < users; number++) {
      const shard = shardOf(jid(`user${number}@localhost`));
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    const even = users / shardCount;
    expect(Math.min(...counts)).toBeGreaterThan(even * 0.7);
    expect(Math.max(...counts)).toBeLessThan(even * 1.3);
  });
});
