import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Leases } from '../coordination/coordination.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { claimName } from './claim.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const leaseTtlMs = 4_000;
const renewEveryMs = 1_000;
const key = 'node.a';

let clock: VirtualClock;
let leases: Leases;

beforeEach(() => {
  clock = new VirtualClock();
  leases = new MemoryCoordination({ timers: clock, leaseTtlMs }).connect().leases;
});

function keeper(process: string): LeaseKeeper {
  return new LeaseKeeper({
    leases,
    timers: clock,
    key,
    value: () => JSON.stringify({ process }),
    renewEveryMs,
    marginMs: 800,
    lapsed: () => Promise.resolve(),
    replaced: () => undefined,
    renewed: () => undefined,
    failed: () => undefined,
  });
}

/** Resolves with what became of it: undefined, or the error. */
async function claim(by: LeaseKeeper, passMs = 20_000): Promise<unknown> {
  const claiming = claimName({
    leases,
    timers: clock,
    nodeName: 'a',
    keeper: by,
    waitMs: renewEveryMs * 2.5,
  }).catch((error: unknown) => error);
  await clock.advance(passMs);
  return claiming;
}

describe('a node takes its name', () => {
  test('at once, if nobody has it', async () => {
    const own = keeper('a~1');
    expect(await claim(own, 10)).toBeUndefined();
    expect(own.held).toBe(true);
  });

  test.each([0, 500, 1_400, 1_500, 1_600, 2_000, 3_900])(
    'from a former life that was killed %i ms ago: whether or not its lease runs out meanwhile',
    async (agoMs) => {
      const former = keeper('a~1');
      expect(await claim(former, 10)).toBeUndefined();
      former.stop();
      await clock.advance(agoMs);
      const own = keeper('a~2');
      expect(await claim(own, 4_000)).toBeUndefined();
      expect(own.held).toBe(true);
    },
  );

  test('when the lease runs out between looking at it and taking it', async () => {
    const former = keeper('a~1');
    expect(await claim(former, 10)).toBeUndefined();
    former.stop();
    const service = leases;
    let reads = 0;
    leases = {
      ttlMs: leaseTtlMs,
      async read(wanted) {
        const found = await service.read(wanted);
        reads += 1;
        if (reads === 2)
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, leaseTtlMs));
        return found;
      },
      entries: (prefix) => service.entries(prefix),
      write: (...args) => service.write(...args),
      remove: (...args) => service.remove(...args),
      watch: (onChange) => service.watch(onChange),
    };
    const own = keeper('a~2');
    expect(await claim(own)).toBeUndefined();
    expect(own.held).toBe(true);
  });

  test('and never from a life that goes on', async () => {
    expect(await claim(keeper('a~1'), 10)).toBeUndefined();
    expect(await claim(keeper('a~2'))).toMatchObject({ code: 'node_name_taken' });
  });
});
