// Promise 5 as the simulator checks it on resumed streams (XEP-0198 §5).
import { describe, expect, test } from 'vitest';
import { StanzaLog } from '../clients/stanza-log.ts';
import type { Device } from './observation.ts';
import { sentAgain } from './sent-again.ts';
import { testDevice } from './test-device.ts';

/** What is broken when the client has handled `a` of `a b c`, and its next stream is sent this. */
function afterResumption(...again: string[]): readonly (string | undefined)[] {
  const log = new StanzaLog();
  for (const [index, stanza] of ['a', 'b', 'c'].entries()) log.written(index + 1, stanza);
  log.handle();
  const device = { ...testDevice('romeo@x'), owed: () => log.after(1 + again.length) };
  const checker = sentAgain();
  const breaches = again.map((now, index) => {
    const before = log.written(2 + index, now);
    if (before === undefined) return undefined;
    return checker.observe({ kind: 'sentAgain', device, before, now, atMs: 0 })?.what;
  });
  return [...breaches, settled(device)];
}

function settled(device: Device): string | undefined {
  const standing = { atMs: 0, devices: [device], users: [], queued: [] };
  return sentAgain().settled(standing)?.what;
}

describe('what was not acknowledged', () => {
  test('is sent again in its order, and what is new after it', () => {
    expect(afterResumption('b', 'c', 'd')).toEqual(Array(4).fill(undefined));
  });

  test.each([
    ['left out', ['c', 'd']],
    ['turned round', ['c', 'b']],
    ['sent twice', ['b', 'b']],
  ])('is not to be %s', (_how, again) => {
    expect(afterResumption(...again).join()).toMatch(/romeo@x\/r lost [bc], and got/);
  });

  test('is not to be forgotten in the end', () => {
    expect(afterResumption('b').at(-1)).toContain('was never sent 1 stanzas again');
  });
});
