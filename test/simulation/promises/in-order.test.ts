// Promise 5 as the simulator checks it, where a reader was slow or is blocked.
import { expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { inOrder } from './in-order.ts';
import { Ledger } from './ledger.ts';
import type { Device, Fact } from './observation.ts';
import { testDevice } from './test-device.ts';

const atMs = 1_000_000;
const half = { state: 'Both', listed: true, outbox: 0 } as const;

function record(user: BareJid, contact: BareJid, blocked: readonly BareJid[] = []): Fact {
  return { kind: 'stored', user, halves: new Map([[contact, half]]), blocked: new Set(blocked) };
}

/** What the watcher has not seen of the last that the watched said, when all this has happened. */
function missingAfter(watcher: Device, watched: Device, facts: readonly Fact[]) {
  const ledger = new Ledger();
  for (const fact of facts) ledger.observe({ ...fact, atMs });
  const standing = { atMs, devices: [watcher, watched], users: [], queued: [] };
  const breach = inOrder(ledger).settled(standing);
  return breach?.what.startsWith(watcher.address) ? breach.what : undefined;
}

/** What is broken when a friend's directed presence, sent after broadcast number `after`, was all that was seen. */
function afterDirected(after: number, reader: Partial<Device>) {
  const [watcher, watched] = [{ ...testDevice('romeo@x'), ...reader }, testDevice('juliet@x')];
  return missingAfter(watcher, watched, [
    record(watcher.user, watched.user),
    record(watched.user, watcher.user),
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
  ]);
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

test.each([
  ['once', false, 1, undefined],
  ['twice', false, 2, 'was shown twice'],
  [
    'twice, if it had sent presence directly: for the subscription and for the session',
    true,
    2,
    undefined,
  ],
  ['not three times even then', true, 3, 'was shown twice'],
] as const)(
  'one may be shown that a session is gone %s',
  (_what, isSentDirectly, times, broken) => {
    const ledger = new Ledger();
    const checker = inOrder(ledger);
    const [watcher, watched] = [testDevice('romeo@x'), testDevice('juliet@x')];
    const saw = { kind: 'saw', device: watcher, from: watched.address, isDirected: false } as const;
    const seen = Array.from({ length: times }, () => ({ ...saw, number: undefined }));
    const breaches = [
      record(watcher.user, watched.user),
      record(watched.user, watcher.user),
      ...(isSentDirectly ? [{ ...saw, number: undefined, isDirected: true, after: 0 }] : []),
      { ...saw, number: 1 },
      ...seen,
    ].map((fact, index) => {
      // Long after anything changed between the two.
      const observation = { ...fact, atMs: atMs * (index + 1) };
      const breach = checker.observe(observation);
      ledger.observe(observation);
      return breach;
    });
    const last = breaches.at(-1)?.what;
    if (broken === undefined) expect(last).toBeUndefined();
    else expect(last).toContain(broken);
  },
);

/** The client that asked for the block was gone before it could be answered. */
test.each([
  ['has nothing to see, as the record has it', true, undefined],
  ['is to see the last once the record does not block them any more', false, 'has not seen'],
] as const)('one who is blocked %s', (_what, isBlocked, missing) => {
  const [watcher, watched] = [testDevice('romeo@x'), testDevice('juliet@x')];
  const blocking = { kind: 'blocking', phase: 'asked', askedMs: 0 } as const;
  const what = missingAfter(watcher, watched, [
    record(watcher.user, watched.user),
    record(watched.user, watcher.user),
    { ...blocking, user: watched.user, contact: watcher.user },
    record(watched.user, watcher.user, [watcher.user]),
    ...(isBlocked ? [] : [record(watched.user, watcher.user)]),
    { kind: 'said', device: watched, number: 1 },
  ]);
  if (missing === undefined) expect(what).toBeUndefined();
  else expect(what).toContain(missing);
});
