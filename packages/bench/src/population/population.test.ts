import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circle, hubs, range, strangers, type Population } from './population.ts';
import { randomFrom, shuffled } from './random.ts';

/** Who is wrong: has somebody twice or themselves, or is not known by somebody they know. */
function oddOnes(population: Population): readonly number[] {
  const contacts = range(0, population.size).map((user) => population.contactsOf(user));
  return range(0, population.size).filter((user) => {
    const own = contacts[user] ?? [];
    const known = own.every((each) => each >= population.size || contacts[each]?.includes(user));
    return !known || own.includes(user) || new Set(own).size < own.length;
  });
}

const sizes = fc.integer({ min: 1, max: 40 });

describe('in a population', () => {
  it('whoever knows somebody is known by them', () => {
    expect(oddOnes(strangers(3))).toEqual([]);
    const wellMade = (make: (count: number, contacts: number) => Population) =>
      fc.assert(
        fc.property(sizes, sizes, (count, contacts) => {
          expect(oddOnes(make(count, contacts))).toEqual([]);
        }),
      );
    wellMade(circle);
    wellMade((count, contacts) => hubs({ hubs: count, contacts }));
  });

  it('of hubs, contacts may lack an account', () => {
    const { size, contactsOf } = hubs({ hubs: 2, contacts: 10, accounts: 3 });
    expect(size).toBe(5);
    expect(contactsOf(0)).toHaveLength(10);
    expect(contactsOf(4)).toEqual([0, 1]);
  });

  it('in a circle, everybody knows as many', () => {
    const { contactsOf } = circle(100, 50);
    for (const user of range(0, 100)) expect(contactsOf(user)).toHaveLength(50);
  });
});

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => shuffled(range(0, 50), randomFrom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect([...draw(1)].sort((a, b) => a - b)).toEqual(range(0, 50));
  });

  it('is spread over the unit', () => {
    const random = randomFrom(7);
    const drawn = range(0, 10_000).map(() => random());
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    expect(mean).toBeCloseTo(0.5, 1);
  });
});
