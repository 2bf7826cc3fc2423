import { describe, expect, test } from 'vitest';
import { processIdOf } from '../process/process-id.ts';
import { decodeShardMap, encodeShardMap, isFenced, mapAfter, noMap } from './shard-map.ts';
import { shardCount } from './shard-of.ts';

const a1 = processIdOf('a', 1);
const a2 = processIdOf('a', 2);
const b1 = processIdOf('b', 1);
const all = <T>(owner: T): readonly T[] => Array.from({ length: shardCount }, () => owner);

describe('a shard map', () => {
  test('says since when an owner has a shard, over later maps', () => {
    const first = mapAfter(noMap, { engines: [a1], frontEnds: [], owners: all(a1) });
    const second = mapAfter(first, {
      engines: [a1, b1],
      frontEnds: [],
      owners: all(a1).map((owner, shard) => (shard === 0 ? b1 : owner)),
    });
    expect(second.epoch).toBe(2);
    expect(second.owners[0]).toEqual({ owner: b1, since: 2 });
    expect(second.owners[1]).toEqual({ owner: a1, since: 1 });
    const third = mapAfter(second, { engines: [a1, b1], frontEnds: [], owners: all(a1) });
    expect(third.owners[0]).toEqual({ owner: a1, since: 3 });
  });

  test('survives being written and read', () => {
    const map = mapAfter(mapAfter(noMap, { engines: [b1], frontEnds: [b1], owners: all(b1) }), {
      engines: [a1],
      frontEnds: [],
      owners: all(a1).map((owner, shard) => (shard === 3 ? undefined : owner)),
    });
    expect(decodeShardMap(encodeShardMap(map))).toEqual(map);
  });

  test('never takes back a life that was declared dead', () => {
    const first = mapAfter(noMap, { engines: [a1, b1], frontEnds: [], owners: all(b1) });
    const second = mapAfter(first, { engines: [b1], frontEnds: [], owners: all(b1) });
    expect(isFenced(first, a1)).toBe(false);
    expect(isFenced(second, a1)).toBe(true);
    expect(isFenced(second, a2)).toBe(false);
    const third = mapAfter(second, { engines: [a2, b1], frontEnds: [], owners: all(b1) });
    expect(isFenced(third, a1)).toBe(true);
    expect(isFenced(third, a2)).toBe(false);
  });

  test('is not read from what is none, nor from a later version', () => {
    const text = encodeShardMap(noMap);
    expect(decodeShardMap(text)).toEqual(noMap);
    for (const damaged of ['', '{', 'null', '[]', '{"v":1}', text.replace('"v":1', '"v":2')])
      expect(decodeShardMap(damaged)).toBeUndefined();
    expect(decodeShardMap(text.replace('{', '{"later":true,'))).toEqual(noMap);
  });
});
