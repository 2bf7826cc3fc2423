import { describe, expect, it } from 'vitest';
import { pool } from './pool.ts';

describe('a pool', () => {
  it('works on as many at once as it may, and on all in the end', async () => {
    let busy = 0;
    let most = 0;
    const done: number[] = [];
    await pool([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      busy += 1;
      most = Math.max(most, busy);
      await Promise.resolve();
      busy -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('begins nothing after a failure, and reports it', async () => {
    const begun: number[] = [];
    const failing = pool([1, 2, 3, 4], 1, (item) => {
      begun.push(item);
      return item === 2 ? Promise.reject(new Error('two')) : Promise.resolve();
    });
    await expect(failing).rejects.toThrow('two');
    expect(begun).toEqual([1, 2]);
  });
});
