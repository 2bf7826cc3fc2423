import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

const dedupWindowMs = 1_000;

test('an id is known for the window, and forgotten after two', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(5_000), fc.array(fc.nat(500)), (start, later, steps) => {
      const ids = new RecentIds(dedupWindowMs);
      ids.add('a', start);
      let now = start;
      for (const step of steps)
        if (now + step <= start + later) ids.add(`at ${now}`, (now += step));
      const known = ids.has('a', start + later);
      if (later <= dedupWindowMs) expect(known).toBe(true);
      if (later >= 2 * dedupWindowMs) expect(known).toBe(false);
    }),
  );
});
