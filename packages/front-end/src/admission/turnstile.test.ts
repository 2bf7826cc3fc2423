import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

describe('a turnstile', () => {
  it('lets so many through, keeps so many waiting in order, and turns the rest away', async () => {
    const turnstile = new Turnstile({ inside: 1, line: 2 });
    const order: string[] = [];
    const latches: (() => void)[] = [];
    const pass = (name: string) =>
      turnstile.pass('::1', async () => {
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
    await expect(turnstile.pass('::1', () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await turnstile.pass('::1', () => Promise.resolve('yes'))).toBe('yes');
  });

  it('gives each address its turn, and turns away the last of the longest line for one who is new', async () => {
    const turnstile = new Turnstile({ inside: 1, line: 3 });
    const order: string[] = [];
    let release = (): void => undefined;
    const latch = new Promise<void>((resolve) => (release = resolve));
    const pass = async (address: string, name: string) => {
      const outcome = await turnstile.pass(address, async () => {
        order.push(name);
        await latch;
      });
      if (outcome === 'full') order.push(`not ${name}`);
    };
    const passing = [pass('flood', 'f1'), pass('flood', 'f2'), pass('flood', 'f3')];
    passing.push(pass('flood', 'f4'), pass('flood', 'f5'), pass('one', 'a'), pass('other', 'b'));
    await passing[4];
    release();
    await Promise.all(passing);
    expect(order).toEqual(['f1', 'not f5', 'not f4', 'not f3', 'f2', 'a', 'b']);
    expect([turnstile.running, turnstile.waiting]).toEqual([0, 0]);
  });
});
