import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { generatorLoadSince, markGenerator, wasLimit } from './generator-load.ts';

it('tells a busy process from one that waits', async () => {
  const waiting = markGenerator();
  await delay(200);
  const idle = generatorLoadSince(waiting);

  const working = markGenerator();
  const endMs = performance.now() + 100;
  while (performance.now() < endMs) {
    await new Promise(setImmediate);
    for (let step = 0; step < 100_000; step += 1) Math.random();
  }
  const { busy, cpuMs } = generatorLoadSince(working);
  expect(busy).toBeGreaterThan(0.5);
  expect(idle.busy).toBeLessThan(busy / 1.5);
  expect(cpuMs).toBeGreaterThan(0);
});

it('is the limit when it is always busy, or when it comes as late as what it waits for', () => {
  const load = { cpuMs: 10, busy: 0.5, delayP99Ms: 10 };
  expect(wasLimit(load)).toBe(false);
  expect(wasLimit({ ...load, busy: 0.95 })).toBe(true);
  expect(wasLimit(load, 100)).toBe(false);
  expect(wasLimit(load, 12)).toBe(true);
});
