// Promise 4 as the simulator checks it, where what was said arrives late.
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import type { Fact } from './observation.ts';
import { onlyWhoMaySee } from './privacy.ts';
import { testDevice } from './test-device.ts';

const watcher = testDevice('romeo@x');
const watched = testDevice('juliet@x');

const may = half('From');
const mayNot = half('None');
const says = (number?: number): Fact => ({ kind: 'said', device: watched, number });
const sees = (number?: number): Fact => ({
  kind: 'saw',
  device: watcher,
  from: watched.address,
  number,
  isDirected: false,
});

function half(state: 'From' | 'None'): Fact {
  const entry = { state, listed: true, outbox: 0 } as const;
  return {
    kind: 'stored',
    user: watched.user,
    halves: new Map([[watcher.user, entry]]),
    blocked: new Set(),
  };
}

/** What is broken when all this happens, a second apart. */
function breachOf(...facts: Fact[]): string | undefined {
  const ledger = new Ledger();
  const checker = onlyWhoMaySee(ledger);
  const opened = [watcher, watched].map((device) => ({ kind: 'opened', device }) as const);
  let found: string | undefined;
  for (const [index, fact] of [...opened, ...facts].entries()) {
    const observation = { ...fact, atMs: 1_000_000 + index * 1_000 };
    found ??= checker.observe(observation)?.what;
    ledger.observe(observation);
  }
  return found;
}

const breach = 'romeo@x/r was shown juliet@x/r (2), which it may not see';

test('what was said while it might be seen may arrive after that has ended, with the going before it', () => {
  const late = [says(1), sees(1), says(), says(2), mayNot, sees(), sees(2)];
  expect(breachOf(may, ...late)).toBeUndefined();
});

test('nobody is seen who was shown as gone because they may not be seen', () => {
  expect(breachOf(may, says(1), sees(1), says(2), mayNot, sees(), sees(2))).toBe(breach);
});

test('nobody is seen who has gone by itself before that', () => {
  const facts = [says(1), sees(1), says(), says(2), mayNot, sees(), sees(), sees(2)];
  expect(breachOf(may, ...facts)).toBe(breach);
});

test('nobody is seen who says something when they may not be seen any more', () => {
  expect(breachOf(may, says(1), sees(1), says(), sees(), mayNot, says(2), sees(2))).toBe(breach);
});
