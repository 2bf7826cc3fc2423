// Promise 5 as the simulator checks it, where a reader was slow.
import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';
import { Ledger } from './ledger.ts';
import type { Device, Fact } from './observation.ts';
import { testDevice } from './test-device.ts';

const atMs = 1_000_000;

/** What is broken when a friend's directed presence, sent after broadcast number `after`, was all that was seen. */
function afterDirected(after: number, reader: Partial<Device>) {
  const [watcher, watched] = [{ ...testDevice('romeo@x'), ...reader }, testDevice('juliet@x')];
  const ledger = new Ledger();
  const half = { state: 'Both', listed: true, outbox: 0 } as const;
  const facts: Fact[] = [
    {
      kind: 'stored',
      user: watcher.user,
      halves: new Map([[watched.user, half]]),
      blocked: new Set(),
    },
    {
      kind: 'stored',
      user: watched.user,
      halves: new Map([[watcher.user, half]]),
      blocked: new Set(),
    },
    ...[watcher, watched].map((device) => ({ kind: 'opened', device }) as const),
    { kind: 'said', device: watched, number: 1 },
    {
      kind: 'saw',
      device: watcher,
      from: watched.address,
      number: undefined,
      isDirected: true,
      after,
    },
  ];
  for (const fact of facts) ledger.observe({ ...fact, atMs });
  const standing = { atMs, devices: [watcher, watched], users: [], queued: [] };
  const breach = inOrder(ledger).settled(standing);
  return breach?.what.startsWith(watcher.address) ? breach.what : undefined;
}

test('directed presence stands for the broadcast before it, for one that catches up', () => {
  expect(afterDirected(1, { quickenedMs: atMs - 10 })).toBeUndefined();
});

test.each([
  ['a broadcast after it', 0, { quickenedMs: atMs - 10 }],
  ['the broadcast before it, for one that reads all', 1, {}],
] as const)('directed presence does not stand for %s', (_what, after, reader) => {
  expect(afterDirected(after, reader)).toContain('has not seen the last of juliet@x/r');
});
