// Promise 3 as the simulator checks it, where a stream is lost and where an address is another session's by now.
import { expect, test } from 'vitest';
import { resumptionMs } from '../world/limits.ts';
import { Ledger } from './ledger.ts';
import { noGhosts } from './no-ghosts.ts';
import type { Device, Fact } from './observation.ts';
import { testDevice } from './test-device.ts';

const atMs = 1_000_000;
const watcher = testDevice('romeo@x');

/** What is broken when a session that was seen with `number` is shown as gone. */
function whenShownAsGone(number: number, of: Partial<Device>): string | undefined {
  const watched = { ...testDevice('juliet@x'), ...of };
  const ledger = new Ledger();
  const sees = (seen: number | undefined) =>
    ({
      kind: 'saw',
      device: watcher,
      from: watched.address,
      number: seen,
      isDirected: false,
    }) as const;
  const facts: Fact[] = [
    { kind: 'opened', device: watcher },
    { kind: 'opened', device: watched },
    sees(number),
  ];
  for (const fact of facts) ledger.observe({ ...fact, atMs });
  return noGhosts(ledger).observe({ ...sees(undefined), atMs })?.what;
}

test.each([
  ['whose stream is lost while it waits for its client', 1, { lostMs: atMs - resumptionMs / 2 }],
  ['that took the place of another, when it has been seen', 101, { numberedFrom: 100 }],
  ['that is simply there', 1, {}],
])('a session is not to be shown as gone %s', (_which, number, watched) => {
  expect(whenShownAsGone(number, watched)).toContain('lives, and was shown as gone');
});

test.each([
  ['for which nobody came in time', 1, { lostMs: atMs - resumptionMs }],
  ['whose place another has taken that has not been seen yet', 5, { numberedFrom: 100 }],
])('a session is shown as gone %s', (_which, number, watched) => {
  expect(whenShownAsGone(number, watched)).toBeUndefined();
});

test('two sessions of one address do not both live on', () => {
  const devices = [testDevice('juliet@x'), testDevice('juliet@x')];
  const standing = { atMs, devices, users: [], queued: [] };
  expect(noGhosts(new Ledger()).settled(standing)?.what).toBe('juliet@x/r lives twice');
});

test('the newer of two sessions is not ended for the older', () => {
  const ended = (device: Device) =>
    noGhosts(new Ledger()).observe({ kind: 'over', device, why: 'conflict', atMs })?.what;
  expect(ended({ ...watcher, contestedMs: atMs - 10 })).toBeUndefined();
  expect(ended(watcher)).toContain('for the sake of an older session');
});
