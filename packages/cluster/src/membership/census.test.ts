import { beforeEach, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Leases } from '../coordination/coordination.ts';
import { processIdOf } from '../process/process-id.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Census } from './census.ts';
import { nodeKeyPrefix } from './keys.ts';
import { encodeMember } from './member.ts';

const leaseTtlMs = 4_000;
const renewEveryMs = 1_000;

let clock: VirtualClock;
let leases: Leases;
let revision: number;

beforeEach(() => {
  clock = new VirtualClock();
  ({ leases } = new MemoryCoordination({ timers: clock, leaseTtlMs }).connect());
  revision = 0;
});

/** A watch that a server has taken and says nothing of. */
function withSilentWatch(): Leases {
  return {
    ttlMs: leases.ttlMs,
    read: (key) => leases.read(key),
    entries: () => leases.entries(),
    write: (key, value, expected) => leases.write(key, value, expected),
    remove: (key, expected) => leases.remove(key, expected),
    watch: () => Promise.resolve({ stop: () => undefined }),
  };
}

async function renew(times: number): Promise<void> {
  const member = {
    ...{ process: processIdOf('a', 1), engine: true, frontEnd: false, draining: false, epoch: 0 },
    ...{ moving: 0, shards: 0, sessions: 0, lag: 0, startedAtMs: 0, version: '' },
  };
  for (let count = 0; count < times; count++) {
    const writing = leases.write(nodeKeyPrefix + 'a', encodeMember(member), revision);
    await clock.advance(renewEveryMs);
    const written = await writing;
    if (written.ok) ({ revision } = written);
  }
}

/** As from a server that has lost power, and with it the last revisions. */
function afterALoss(): Leases {
  let lostRevisions = 0;
  return {
    ...withSilentWatch(),
    entries: async () => {
      const entries = await leases.entries();
      return entries.map((entry) => ({ ...entry, revision: entry.revision - lostRevisions }));
    },
    watch: (onChange) =>
      leases.watch((change) => {
        if (change.revision === lossAt) lostRevisions = 6;
        onChange({ ...change, revision: change.revision - lostRevisions });
      }),
  };
}

const lossAt = 9;

async function census(of: Leases): Promise<Census> {
  const made = new Census({ leases: of, timers: clock, renewEveryMs, failed: () => undefined });
  const started = made.start();
  await clock.advance(10);
  await started;
  return made;
}

test.each([
  { watch: 'speaks', of: () => leases },
  { watch: 'is silent', of: withSilentWatch },
])('who renews lives, and who has stopped does not, also when the watch $watch', async ({ of }) => {
  const looking = await census(of());
  await renew(8);
  expect(looking.living().map(({ process }) => process)).toEqual(['a~1']);
  expect(looking.heardWithin(processIdOf('a', 1), 3 * renewEveryMs)).toBe(true);
  await clock.advance(leaseTtlMs + 2 * renewEveryMs);
  expect(looking.living()).toEqual([]);
  looking.stop();
});

test('who renews lives also when the service counts from further back, for it has lost its last writes', async () => {
  const looking = await census(afterALoss());
  await renew(lossAt + 1);
  expect(looking.heardWithin(processIdOf('a', 1), renewEveryMs)).toBe(true);
  await clock.advance(leaseTtlMs + 2 * renewEveryMs);
  expect(looking.living()).toEqual([]);
  looking.stop();
});
