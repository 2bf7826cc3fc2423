import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Slices } from './slices.ts';

/** Works under two slices a turn, and what they have done in each turn. */
function workshop() {
  const clock = new VirtualClock();
  const turns: string[][] = [[]];
  const slices = new Slices(
    {
      soon: (fn) =>
        clock.soon(() => {
          turns.push([]);
          fn();
        }),
    },
    2,
  );
  function* work(name: string, count: number): Generator<void, string> {
    for (let slice = 1; slice < count; slice++) {
      turns.at(-1)?.push(`${name}${slice}`);
      yield;
    }
    turns.at(-1)?.push(`${name}${count}`);
    return `${name} is done`;
  }
  return {
    clock,
    turns,
    run: (name: string, count: number) => slices.run(work(name, count)),
    slices,
  };
}

describe('long work', () => {
  test('is done at once where it is one slice', async () => {
    const { turns, run } = workshop();
    expect(await run('a', 1)).toBe('a is done');
    expect(turns).toEqual([['a1']]);
  });

  test('does no more than its share in a turn', async () => {
    const { clock, turns, run } = workshop();
    const done = run('a', 6);
    await clock.settle();
    expect(await done).toBe('a is done');
    expect(turns).toEqual([['a1'], ['a2', 'a3'], ['a4', 'a5'], ['a6']]);
  });

  test('takes turns with other long work, and no turn does more for it', async () => {
    const { clock, turns, run } = workshop();
    const done = Promise.all([run('a', 5), run('b', 2), run('c', 3)]);
    await clock.settle();
    await done;
    expect(turns.slice(1)).toEqual([['a2', 'b2'], ['c2', 'a3'], ['c3', 'a4'], ['a5']]);
  });

  test('that fails harms no other', async () => {
    const { clock, run, slices } = workshop();
    function* broken(): Generator<void, void> {
      yield;
      throw new Error('a bug');
    }
    const failed = slices.run(broken());
    const outcome = expect(failed).rejects.toThrow('a bug');
    const other = run('a', 4);
    await clock.settle();
    await outcome;
    expect(await other).toBe('a is done');
  });
});
