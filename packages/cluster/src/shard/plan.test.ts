import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import { planOwners } from './plan.ts';
import { shardCount } from './shard-of.ts';

const engines = ['a', 'b', 'c', 'd', 'e'].map((name) => processIdOf(name, 1));
const nobody: readonly undefined[] = Array.from({ length: shardCount }, () => undefined);

function plan(
  owners: readonly (ProcessId | undefined)[],
  living: readonly ProcessId[],
  draining: readonly ProcessId[] = [],
  mayBalance = true,
) {
  return planOwners({ owners, engines: living, draining: new Set(draining), mayBalance });
}

function sizes(owners: readonly (ProcessId | undefined)[], living: readonly ProcessId[]) {
  return living.map((engine) => owners.filter((owner) => owner === engine).length);
}

const some = fc.subarray(engines, { minLength: 1 });
/** Owners as they may have come about: even, after some have died, or all over the place. */
const anyOwners = fc.array(fc.option(fc.constantFrom(...engines), { nil: undefined }), {
  minLength: shardCount,
  maxLength: shardCount,
});

describe('a plan of owners', () => {
  test('gives every shard to a living engine, evenly', () => {
    fc.assert(
      fc.property(anyOwners, some, (owners, living) => {
        const planned = plan(owners, living);
        expect(planned.every((owner) => owner !== undefined && living.includes(owner))).toBe(true);
        const counts = sizes(planned, living);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('moves no more than has to move', () => {
    fc.assert(
      fc.property(some, some, (before, after) => {
        const owners = plan(nobody, before);
        const planned = plan(owners, after);
        const moved = planned.filter((owner, shard) => owner !== owners[shard]).length;
        const lost = owners.filter((owner) => owner === undefined || !after.includes(owner)).length;
        const share = Math.ceil(shardCount / after.length);
        const joined = after.filter((engine) => !before.includes(engine)).length;
        expect(moved).toBeLessThanOrEqual(Math.max(lost, joined * share));
      }),
    );
  });

  test('is the same again when nothing has changed', () => {
    fc.assert(
      fc.property(anyOwners, some, (owners, living) => {
        const planned = plan(owners, living);
        expect(plan(planned, living)).toEqual(planned);
      }),
    );
  });

  test('takes nothing from the living while others are moving, but from the dead at once', () => {
    fc.assert(
      fc.property(anyOwners, some, (owners, living) => {
        const planned = plan(owners, living, [], false);
        for (const [shard, owner] of owners.entries())
          if (owner !== undefined && living.includes(owner)) expect(planned[shard]).toBe(owner);
        expect(planned).not.toContain(undefined);
      }),
    );
  });

  test('relieves the draining, unless there is nobody else', () => {
    const [a, b, c] = engines as [ProcessId, ProcessId, ProcessId];
    const owners = plan(nobody, [a, b, c]);
    const drained = plan(owners, [a, b, c], [b]);
    expect(sizes(drained, [a, b, c])).toEqual([128, 0, 128]);
    expect(plan(owners, [a, b, c], [a, b, c])).toEqual(owners);
  });

  test('leaves shards without an owner where there is no engine', () => {
    expect(plan(nobody, [])).toEqual(nobody);
  });
});
