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

describe('after random faults everybody sees what is so, and saw nothing twice, out of order, or that was not so', () => {
  const from = Number(process.env['SEED'] ?? 1);
  const count = Number(process.env['SEEDS'] ?? 4);
  for (let seed = from; seed < from + count; seed++)
    for (const [shape, nodes] of Object.entries({ apart, together }))
      test(`${shape}, seed ${seed}`, async () => {
        const { faults, trace } = await faultWalk({ seed, steps: 150, users: 5, nodes });
        expect(faults, trace.slice(-400).join('\n')).toEqual([]);
      });
});
