import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('a histogram', () => {
  it('gives small values exactly', () => {
    const histogram = of([1, 2, 3, 4, 100]);
    expect(histogram.quantile(0.5)).toBe(3);
    expect(histogram.quantile(0.8)).toBe(4);
    expect(histogram.quantile(1)).toBe(100);
    expect(histogram.mean).toBe(22);
  });

  it('gives every quantile within a 64th of the exact one', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (recorded, share) => {
        const sorted = [...recorded].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const given = of(recorded).quantile(share);
        expect(given).toBeGreaterThanOrEqual(exact);
        expect(given).toBeLessThanOrEqual(exact + exact / 64);
      }),
    );
  });

  it('holds after adding what it would hold if all had been recorded in it', () => {
    const some = fc.array(fc.integer({ min: 0, max: 10_000_000 }));
    fc.assert(
      fc.property(some, some, (left, right) => {
        const sum = of(left);
        sum.add(of(right));
        const whole = of([...left, ...right]);
        expect(sum.points()).toEqual(whole.points());
        expect([sum.count, sum.max, sum.mean]).toEqual([whole.count, whole.max, whole.mean]);
      }),
    );
  });

  it('says nothing of nothing', () => {
    const histogram = new Histogram();
    expect([histogram.quantile(0.99), histogram.mean, histogram.max]).toEqual([0, 0, 0]);
    expect(histogram.points()).toEqual([]);
  });

  it('takes what is beyond its range for the end of it', () => {
    const histogram = of([-5, 1e12]);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(histogram.max).toBe(2 ** 32 - 1);
  });
});
