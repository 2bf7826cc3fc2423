import fc from 'fast-check';
import { expect, test } from 'vitest';
import { takeToken, type TokenBucket } from './token-bucket.ts';

const pace = { burst: 3, perSecond: 2 };

test('lets through no more than the burst and what has come since, and says when the next may come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 900 }), { maxLength: 50 }), (waits) => {
      let bucket: TokenBucket | undefined;
      let [nowMs, latestMs, taken] = [10_000, 10_000, 0];
      for (const waitMs of waits) {
        nowMs += waitMs;
        latestMs = Math.max(latestMs, nowMs);
        const outcome = takeToken(bucket, pace, nowMs);
        if ('bucket' in outcome) {
          bucket = outcome.bucket;
          taken += 1;
        } else {
          expect(outcome.notBeforeMs).toBeGreaterThan(nowMs);
          if (nowMs < (bucket?.atMs ?? 0)) continue; // the clock went back: it says no more than that
          expect(takeToken(bucket, pace, outcome.notBeforeMs)).toHaveProperty('bucket');
        }
      }
      const backwardsMs = waits.reduce((sum, waitMs) => sum + Math.max(0, -waitMs), 0);
      const passedMs = latestMs - 10_000 + backwardsMs;
      expect(taken).toBeLessThanOrEqual(pace.burst + (passedMs * pace.perSecond) / 1000);
    }),
  );
});
