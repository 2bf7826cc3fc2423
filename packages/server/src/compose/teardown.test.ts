import { expect, test } from 'vitest';
import { Teardown } from './teardown.ts';

const plentyMs = 10_000;

test('what was started first ends last, once', async () => {
  const ended: string[] = [];
  const teardown = new Teardown();
  for (const name of ['store', 'engine', 'listener'])
    teardown.add(name, () => {
      ended.push(name);
      return Promise.resolve();
    });
  expect(await teardown.run(plentyMs)).toEqual([]);
  await teardown.run(plentyMs);
  expect(ended).toEqual(['listener', 'engine', 'store']);
});

test('one that fails keeps nothing else from ending, and is reported', async () => {
  let storeClosed = false;
  const teardown = new Teardown();
  teardown.add('store', () => {
    storeClosed = true;
    return Promise.resolve();
  });
  teardown.add('engine', () => Promise.reject(new Error('stuck')));
  await expect(teardown.run(plentyMs)).rejects.toThrow('stuck');
  expect(storeClosed).toBe(true);
});

test('one that does not end is waited for no longer than there is time, and named', async () => {
  let storeClosed = false;
  const teardown = new Teardown();
  teardown.add('store', () => {
    storeClosed = true;
    return Promise.resolve();
  });
  let givenMs = 0;
  teardown.add('engine', (leftMs) => {
    givenMs = leftMs;
    return new Promise(() => undefined);
  });
  expect(await teardown.run(30)).toEqual(['engine']);
  expect(givenMs).toBeGreaterThan(0);
  expect(givenMs).toBeLessThanOrEqual(30);
  expect(storeClosed).toBe(true);
});
