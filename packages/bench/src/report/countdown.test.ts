import { expect, it } from 'vitest';
import { Countdown } from './countdown.ts';

it('says which run is next, and how long the rest takes at the pace of those before', () => {
  let nowMs = 0;
  const countdown = new Countdown(4, 30_000, () => nowMs);
  expect(countdown.left).toBe('about 2 minutes');
  expect(countdown.next()).toBe('run 1 of 4, about 2 minutes left');
  nowMs = 60_000;
  expect(countdown.next()).toBe('run 2 of 4, about 3 minutes left');
  nowMs = 80_000;
  expect(countdown.next()).toBe('run 3 of 4, about 2 minutes left');
  nowMs = 90_000;
  expect(countdown.next()).toBe('run 4 of 4, about a minute left');
});
