// Scenario 6, promises 3 and 5: a further engine comes while everybody talks, and gets its share of the shards.

import { shardCount } from '@rollcall/cluster';
import { RollcallCluster } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { Crowd } from './crowd.ts';
import { percentile, report } from './numbers.ts';
import { shardsByNode, watchShardMaps } from './shard-maps.ts';

/** Here no lease has to run out, and nodes of a busy machine renew theirs late. */
const leaseTtlMs = 6_000;
const members = 60;

describe('a third engine joins two', () => {
  let cluster: RollcallCluster;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ leaseTtlMs, engines: 2, frontEnds: 2 });
    crowd = await Crowd.gather(cluster, { size: members, contactsEach: 6 });
  });

  afterAll(async () => {
    await crowd.leave();
    await cluster.stop();
  });

  test('as few shards as can be move, all to it; nothing is lost, twice, out of order or falsely gone', async () => {
    onTestFailed(() => {
      process.stderr.write(cluster.log());
    });
    const maps = await watchShardMaps(cluster.nats.urls);
    expect(shardsByNode(maps.newest)).toEqual({ 'engine-1': 128, 'engine-2': 128 });
    let joinedInMs = 0;

    const talk = { everyMs: 1_000, aroundMs: 2_000 };
    const outcome = await crowd.talkWhile(talk, async () => {
      const startedAtMs = performance.now();
      await cluster.addNode('engine', 'engine-3');
      await expect.poll(() => shardsByNode(maps.newest)['engine-3'] ?? 0).toBeGreaterThan(0);
      joinedInMs = performance.now() - startedAtMs;
    });

    const fairShare = Math.floor(shardCount / 3);
    const moves = maps.moves();
    await maps.close();
    const staleness = outcome.sights.map(({ saidAtMs, seenAtMs }) => seenAtMs - saidAtMs);
    report('a third engine joins', {
      'shards moved': moves.length,
      'owns shards after ms': joinedInMs,
      'presences sent': outcome.said,
      seen: outcome.sights.length,
      'staleness p50 ms': percentile(staleness, 50),
      'longest ms': Math.max(...staleness),
    });
    expect(moves.filter(({ to }) => to !== 'engine-3')).toEqual([]);
    expect(new Set(moves.map(({ shard }) => shard)).size).toBe(fairShare);
    expect(moves).toHaveLength(fairShare);
    expect(Object.values(shardsByNode(maps.newest)).sort()).toEqual([85, 85, 86]);
    expect(outcome.disconnected).toEqual([]);
    expect(outcome.shownGone).toEqual([]);
    expect(outcome.disordered).toEqual([]);
    expect(outcome.skipped).toEqual([]);
    expect(outcome.missing).toEqual([]);
  });
});
