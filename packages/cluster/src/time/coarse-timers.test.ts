import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { CoarseTimers } from './coarse-timers.ts';

const startMs = 1_700_000_000_000;
let clock: VirtualClock;
let timers: CoarseTimers;
let called: (readonly [name: string, afterMs: number])[];

beforeEach(() => {
  clock = new VirtualClock(startMs);
  timers = new CoarseTimers(clock);
  called = [];
});

function call(name: string, ms: number): () => void {
  return timers.setTimeout(() => void called.push([name, clock.now() - startMs]), ms);
}

describe('coarse timers', () => {
  test('call what is due within a stretch together, at its end, in the order of asking', async () => {
    call('a', 509);
    call('b', 501);
    call('next', 521);
    await clock.advance(519);
    expect(called).toEqual([]);
    await clock.advance(1_000);
    expect(called).toEqual([
      ['a', 520],
      ['b', 520],
      ['next', 540],
    ]);
  });

  test('do not call what was cancelled, not even by what is called with it', async () => {
    const cancels: (() => void)[] = [];
    timers.setTimeout(() => cancels.forEach((cancel) => cancel()), 500);
    cancels.push(call('a', 500));
    call('b', 500);
    await clock.advance(1_000);
    expect(called).toEqual([['b', 500]]);
  });

  test('call what is asked for at the last moment of a stretch, or at once', async () => {
    await clock.advance(20);
    call('now', 0);
    call('past', -5);
    await clock.advance(20);
    expect(called.map(([name]) => name)).toEqual(['now', 'past']);
  });

  test('call nothing and hold no timer once they have stopped', async () => {
    call('a', 500);
    timers.stop();
    await clock.advance(1_000);
    expect(called).toEqual([]);
  });

  test('hold no timer for what was cancelled', () => {
    const cancels = [call('a', 500), call('b', 500)];
    expect(clock.pending).toBe(1);
    cancels.forEach((cancel) => cancel());
    expect(clock.pending).toBe(0);
  });
});
