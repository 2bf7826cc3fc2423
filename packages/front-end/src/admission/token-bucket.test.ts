import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateByKey } from './rate-by-key.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('allows a burst, then the rate, and says how long to wait', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 100]);
    expect(bucket.take(50)).toBe(50);
    expect(bucket.take(100)).toBe(0);
  });

  it('never gives more than burst and rate allow, whenever it is asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (pauses, perSecond, burst) => {
          const bucket = new TokenBucket({ perSecond, burst }, 0);
          let nowMs = 0;
          let given = 0;
          for (const pause of pauses) {
            nowMs += pause;
            if (bucket.take(nowMs) === 0) given += 1;
          }
          expect(given).toBeLessThanOrEqual(burst + (nowMs * perSecond) / 1000 + 1e-6);
        },
      ),
    );
  });

  it('has a token after the wait that it named', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 9 }),
        (rate, burst) => {
          const bucket = new TokenBucket({ perSecond: rate, burst }, 0);
          for (let i = 0; i < burst; i++) bucket.take(0);
          expect(bucket.take(bucket.take(0))).toBe(0);
        },
      ),
    );
  });
});

describe('rates by key', () => {
  it('are apart, and forgotten once they are full again', () => {
    const rates = new RateByKey({ perSecond: 1, burst: 1 });
    expect([rates.take('a', 0), rates.take('a', 0), rates.take('b', 0)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(rates.isSpent('a', 0)).toBe(true);
    expect(rates.isSpent('never seen', 0)).toBe(false);
    rates.forgetIdle(500);
    expect(rates.size).toBe(2);
    rates.forgetIdle(1000);
    expect(rates.size).toBe(0);
  });
});
