import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Bucket, Coordination } from '../coordination/coordination.ts';
import { noMetrics, type CounterName } from '../metrics/metrics.ts';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import { decodeShardMap, encodeShardMap, noMap, type ShardMap } from '../shard/shard-map.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Census } from './census.ts';
import { mapKey, nodeKeyPrefix } from './keys.ts';
import { Leadership } from './leadership.ts';
import type { FollowedMap } from './map-follower.ts';
import { encodeMember, type Member } from './member.ts';

const leaseTtlMs = 4_000;
const renewEveryMs = 1_000;
const self = processIdOf('a', 1);

let clock: VirtualClock;
let service: Coordination;
let counted: CounterName[];
let logged: unknown[];

beforeEach(() => {
  clock = new VirtualClock();
  service = new MemoryCoordination({ timers: clock, leaseTtlMs }).connect();
  counted = [];
  logged = [];
});

const nothing: FollowedMap = { map: noMap, text: '' };

async function lead(coordination: Coordination, followed = nothing): Promise<Leadership> {
  const { leases } = coordination;
  await leases.write(nodeKeyPrefix + 'a', encodeMember(memberAt(self, 0)), 0);
  const census = new Census({ leases, timers: clock, renewEveryMs, failed: () => undefined });
  const leadership = new Leadership({
    self,
    coordination,
    census,
    followed: () => followed,
    timers: clock,
    metrics: { ...noMetrics, count: (name) => counted.push(name) },
    log: pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    renewEveryMs,
    marginMs: 800,
    tickMs: 500,
  });
  const started = census.start();
  await clock.advance(10);
  await started;
  leadership.start();
  return leadership;
}

function memberAt(process: ProcessId, epoch: number): Member {
  return {
    ...{ process, engine: true, frontEnd: false, draining: false, epoch, moving: 0 },
    ...{ shards: 0, sessions: 0, lag: 0, startedAtMs: 0, version: '' },
  };
}

/** All shards are one engine's. */
function mapOf(epoch: number, owner: ProcessId, since: number): ShardMap {
  const owners = noMap.owners.map(() => ({ owner, since }));
  return { ...noMap, epoch, engines: [owner], owners };
}

async function write(map: ShardMap): Promise<void> {
  await Promise.all([service.facts.write(mapKey, encodeShardMap(map), 0), clock.advance(10)]);
}

async function stored(): Promise<ShardMap | undefined> {
  const [entry] = await Promise.all([service.facts.read(mapKey), clock.advance(10)]);
  return decodeShardMap(entry?.value ?? '');
}

/** Another leader writes just after this one has read. */
function overtakenOnce(facts: Bucket): Bucket {
  let overtaken = false;
  return {
    read: (key) => facts.read(key),
    entries: () => facts.entries(),
    remove: (key, revision) => facts.remove(key, revision),
    watch: (onChange) => facts.watch(onChange),
    async write(key, value, expectedRevision) {
      if (key === mapKey && !overtaken) {
        overtaken = true;
        await facts.write(key, value, expectedRevision);
      }
      return facts.write(key, value, expectedRevision);
    },
  };
}

test('a map that another leader was faster to write is reported, counted, and gone on from', async () => {
  const leadership = await lead({ ...service, facts: overtakenOnce(service.facts) });
  await clock.advance(1_000);
  expect(counted).toEqual(['shard_maps_refused']);
  expect(logged).toContainEqual(
    expect.objectContaining({ event: 'shard_map_refused', process: self, epoch: 1 }),
  );
  expect(await stored()).toMatchObject({ epoch: 1, engines: [self] });
  await Promise.all([leadership.stop(), clock.advance(10)]);
});

describe('a map that is older than what processes follow, for NATS has lost the newer ones (scenario 10)', () => {
  test('is replaced by the newest that the leader knows, which all take', async () => {
    await write(mapOf(3, processIdOf('b', 1), 1));
    const map = mapOf(7, self, 5);
    const leadership = await lead(service, { map, text: encodeShardMap(map) });
    await clock.advance(2_000);
    expect(await stored()).toMatchObject({ epoch: 8, engines: [self], owners: map.owners });
    await Promise.all([leadership.stop(), clock.advance(10)]);
  });

  test('is replaced also where another one was given the same epoch', async () => {
    await write(mapOf(7, processIdOf('b', 1), 7));
    const map = mapOf(7, self, 5);
    const leadership = await lead(service, { map, text: encodeShardMap(map) });
    await clock.advance(2_000);
    expect(await stored()).toMatchObject({ epoch: 8, owners: map.owners });
    await Promise.all([leadership.stop(), clock.advance(10)]);
  });

  test('is given anew above the epochs that others say they follow, if the leader knows no newer one', async () => {
    await write(mapOf(3, self, 1));
    const other = processIdOf('b', 1);
    const leadership = await lead(service);
    const member = encodeMember({ ...memberAt(other, 9), engine: false, frontEnd: true });
    await Promise.all([service.leases.write(nodeKeyPrefix + 'b', member, 0), clock.advance(2_000)]);
    const after = await stored();
    expect(after).toMatchObject({ epoch: 10, frontEnds: [other] });
    // Whoever owned a shard in between: it settles before it speaks.
    expect(after?.owners[0]).toEqual({ owner: self, since: 10 });
    await Promise.all([leadership.stop(), clock.advance(10)]);
  });

  test('is not believed when a follower of NATS lags behind once', async () => {
    const map = mapOf(7, self, 5);
    await write(map);
    let reads = 0;
    const lagging: Bucket = {
      ...overtakenOnce(service.facts),
      read: async (key) => {
        const entry = await service.facts.read(key);
        const isOld = key === mapKey && ++reads === 2 && entry !== undefined;
        return isOld ? { ...entry, value: encodeShardMap(mapOf(6, self, 5)), revision: 0 } : entry;
      },
    };
    const leadership = await lead(
      { ...service, facts: lagging },
      { map, text: encodeShardMap(map) },
    );
    await clock.advance(3_000);
    expect(reads).toBeGreaterThan(3);
    expect(counted).toEqual([]);
    expect(await stored()).toEqual(map);
    await Promise.all([leadership.stop(), clock.advance(10)]);
  });
});
