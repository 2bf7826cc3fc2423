import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

describe('a turnstile', () => {
  it('lets so many through, keeps so many waiting in order, and turns the rest away', async () => {
    const turnstile = new Turnstile({ inside: 1, line: 2 });
    const order: string[] = [];
    const latches: (() => void)[] = [];
    const pass = (name: string) =>
      turnstile.pass(async () => {
        order.push(name);
        await new Promise<void>((resolve) => latches.push(resolve));
        return name;
      });
    const [a, b, c, d] = [pass('a'), pass('b'), pass('c'), pass('d')];
    expect(await d).toBe('full');
    expect([turnstile.running, turnstile.waiting]).toEqual([1, 2]);
    for (const [result, name] of [
      [a, 'a'],
      [b, 'b'],
      [c, 'c'],
    ] as const) {
      latches.shift()?.();
      expect(await result).toBe(name);
    }
    expect(order).toEqual(['a', 'b', 'c']);
    expect([turnstile.running, turnstile.waiting]).toEqual([0, 0]);
  });

  it('frees the place of work that fails', async () => {
    const turnstile = new Turnstile({ inside: 1, line: 0 });
    await expect(turnstile.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turnstile.pass(() => Promise.resolve('yes'))).toBe('yes');
  });
});
