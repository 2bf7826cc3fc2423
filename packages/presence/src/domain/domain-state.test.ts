import { describe, expect, it } from 'vitest';
import { bareJid } from '../../test/jids.ts';
import { decodeDomain, encodeDomain } from './domain-state.ts';
import type { DomainSubscription } from './domain-table.ts';

const states: readonly DomainSubscription[] = [
  'None + Pending Out',
  'To',
  'From',
  'From + Pending Out',
  'Both',
];

describe('a domain in a record', () => {
  it('reads back as it was', () => {
    const roster = new Map(
      states.map((state, index) => [bareJid(`peer${index}.example`), state] as const),
    );
    for (const upSinceMs of [undefined, 1_347_320_467_000]) {
      const record = { upSinceMs, roster };
      expect(decodeDomain(encodeDomain(record))).toEqual({ ok: true, value: record });
    }
  });

  it('ignores fields that it does not know', () => {
    const text = '{"v":1,"roster":[["a.example","Both","later"]],"later":true}';
    const record = { upSinceMs: undefined, roster: new Map([['a.example', 'Both']]) };
    expect(decodeDomain(text)).toEqual({ ok: true, value: record });
  });

  it.each([
    'no JSON',
    '7',
    'null',
    '{}',
    '{"v":2,"roster":[]}',
    '{"v":1}',
    '{"v":1,"upSinceMs":"today","roster":[]}',
    '{"v":1,"roster":{}}',
    '{"v":1,"roster":["a.example"]}',
    '{"v":1,"roster":[[7,"Both"]]}',
    '{"v":1,"roster":[["@","Both"]]}',
    '{"v":1,"roster":[["a.example","both"]]}',
    '{"v":1,"roster":[["a.example","toString"]]}',
  ])('is corrupt, not an exception, where it is %s', (text) => {
    expect(decodeDomain(text)).toMatchObject({ ok: false });
  });
});
