import { describe, expect, test } from 'vitest';
import { faultWalk } from '../testing/fault-walk.ts';

const apart = [
  ['engine1', 'engine'],
  ['engine2', 'engine'],
  ['engine3', 'engine'],
  ['front1', 'front-end'],
  ['front2', 'front-end'],
] as const;

const together = [
  ['one', 'all'],
  ['two', 'all'],
  ['three', 'all'],
] as const;

const from = Number(process.env['SEED'] ?? 1);
const count = Number(process.env['SEEDS'] ?? 4);
const seeds = Array.from({ length: count }, (_, index) => from + index);
const walks = seeds.flatMap((seed) => [
  { seed, shape: 'engines and front-ends apart', nodes: apart },
  { seed, shape: 'engines and front-ends in one', nodes: together },
]);

describe('after random faults', () => {
  test.each(walks)(
    'everybody sees what is so, and saw nothing twice, out of order, or that was not so: $shape, seed $seed',
    async ({ seed, nodes }) => {
      const { faults, trace } = await faultWalk({ seed, steps: 150, users: 5, nodes });
      expect(faults, trace.join('\n')).toEqual([]);
    },
  );

  test.each(walks)('both halves of every subscription agree: $shape, seed $seed', async (walk) => {
    const { seed, nodes } = walk;
    const options = { seed, steps: 200, users: 4, nodes, subscriptions: true };
    const { faults, trace } = await faultWalk(options);
    expect(faults, trace.join('\n')).toEqual([]);
  });
});
