import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Bucket, Coordination } from '../coordination/coordination.ts';
import { noMetrics, type CounterName } from '../metrics/metrics.ts';
import { processIdOf } from '../process/process-id.ts';
import { decodeShardMap } from '../shard/shard-map.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Census } from './census.ts';
import { mapKey, nodeKeyPrefix } from './keys.ts';
import { Leadership } from './leadership.ts';
import { encodeMember } from './member.ts';

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

async function lead(coordination: Coordination): Promise<Leadership> {
  const { leases } = coordination;
  const member = {
    ...{ process: self, engine: true, frontEnd: false, draining: false, epoch: 0, moving: 0 },
    ...{ shards: 0, sessions: 0, lag: 0, startedAtMs: 0, version: '' },
  };
  await leases.write(nodeKeyPrefix + 'a', encodeMember(member), 0);
  const census = new Census({ leases, timers: clock, renewEveryMs, failed: () => undefined });
  const leadership = new Leadership({
    self,
    coordination,
    census,
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
  const reading = service.facts.read(mapKey);
  await clock.advance(10);
  expect(decodeShardMap((await reading)?.value ?? '')).toMatchObject({ epoch: 1, engines: [self] });
  await Promise.all([leadership.stop(), clock.advance(10)]);
});
