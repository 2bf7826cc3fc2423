import { expect, it } from 'vitest';
import { Lane } from './lane.ts';

it('runs so much at once, the rest in order, and goes on after work that fails', async () => {
  const lane = new Lane(2);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const run = (name: string) =>
    lane.run(() => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)));
      });
    });
  const [a, b, c, d] = [run('a'), run('b'), run('c'), run('d')];
  expect(begun).toEqual(['a', 'b']);
  ends.get('b')?.(new Error('no'));
  await expect(b).rejects.toThrow('no');
  expect(begun).toEqual(['a', 'b', 'c']);
  ends.get('a')?.();
  expect(await a).toBe('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  ends.get('c')?.();
  ends.get('d')?.();
  expect(await Promise.all([c, d])).toEqual(['c', 'd']);
});
