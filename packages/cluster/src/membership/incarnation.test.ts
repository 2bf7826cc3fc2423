import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Bucket } from '../coordination/coordination.ts';
import { processIdOf } from '../process/process-id.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { confirmNewest, nextIncarnation } from './incarnation.ts';
import { incarnationKeyPrefix } from './keys.ts';

let facts: Bucket;

beforeEach(() => {
  const timers = new VirtualClock();
  ({ facts } = new MemoryCoordination({ timers, leaseTtlMs: 4_000 }).connect());
});

describe('a life of a node', () => {
  test('has a higher number than the one before', async () => {
    const lives = [await nextIncarnation(facts, 'a'), await nextIncarnation(facts, 'a')];
    expect([...lives, await nextIncarnation(facts, 'b')]).toEqual([1, 2, 1]);
  });

  test('is the newest until another has begun, and that is written, not only read', async () => {
    const life = processIdOf('a', await nextIncarnation(facts, 'a'));
    const before = await facts.read(incarnationKeyPrefix + 'a');
    expect(await confirmNewest(facts, life)).toBe(true);
    const after = await facts.read(incarnationKeyPrefix + 'a');
    expect(after?.value).toBe(before?.value);
    expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    await nextIncarnation(facts, 'a');
    expect(await confirmNewest(facts, life)).toBe(false);
  });

  test('counts on from what it knows where the store has lost it', async () => {
    expect(await confirmNewest(facts, processIdOf('a', 7))).toBe(true);
    expect(await nextIncarnation(facts, 'a')).toBe(8);
  });
});
