import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delayXml } from './delay.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [Date.UTC(2026, 1, 3, 4, 5, 6), '2026-02-03T04:05:06Z'],
  [Date.UTC(2026, 1, 3, 4, 5, 6, 70), '2026-02-03T04:05:06.070Z'],
  [Date.UTC(999, 0, 1), '0999-01-01T00:00:00Z'],
  [Date.UTC(10_000, 0, 1), '+010000-01-01T00:00:00Z'],
])('%d is written as %s (XEP-0082 §3.2)', (epochMs, text) => {
  expect(formatTimestamp(epochMs)).toBe(text);
});

test('what is written is read as the same', () => {
  const fourDigitYears = fc.integer({ min: Date.UTC(1000), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(fourDigitYears, (epochMs) => {
      expect(parseTimestamp(formatTimestamp(epochMs))).toEqual({ ok: true, value: epochMs });
    }),
  );
});

test.each([
  ['1969-07-21T02:56:15Z', Date.UTC(1969, 6, 21, 2, 56, 15)],
  ['1969-07-20T21:56:15-05:00', Date.UTC(1969, 6, 21, 2, 56, 15)],
  ['2026-02-03T04:05:06+05:30', Date.UTC(2026, 1, 2, 22, 35, 6)],
  ['2026-02-03T04:05:06.1Z', Date.UTC(2026, 1, 3, 4, 5, 6, 100)],
  ['2026-02-03T04:05:06.123456Z', Date.UTC(2026, 1, 3, 4, 5, 6, 123)],
  ['0099-01-01T00:00:00Z', new Date('0099-01-01T00:00:00Z').getTime()],
  ['2028-02-29T23:59:59Z', Date.UTC(2028, 1, 29, 23, 59, 59)],
])('%s is read (XEP-0082 §3.2)', (text, epochMs) => {
  expect(parseTimestamp(text)).toEqual({ ok: true, value: epochMs });
});

test.each([
  '',
  '2026-02-03',
  '2026-02-03 04:05:06Z',
  '2026-02-03T04:05:06',
  '2026-2-3T04:05:06Z',
  '2026-02-30T04:05:06Z',
  '2026-13-01T04:05:06Z',
  '2026-00-01T04:05:06Z',
  '2026-02-03T24:00:00Z',
  '2026-02-03T04:60:06Z',
  '2026-02-03T04:05:60Z',
  '2026-02-03T04:05:06+24:00',
  '2026-02-03T04:05:06.Z',
  '2026-02-03T04:05:06Z\n',
])('%j is no date-time', (text) => {
  expect(parseTimestamp(text).ok).toBe(false);
});

test('a delay says who held the stanza, since when and why (XEP-0203 §2)', () => {
  const at = Date.UTC(2026, 1, 3, 4, 5, 6);
  expect(delayXml({ from: "a@b/c'd", at })).toBe(
    "<delay xmlns='urn:xmpp:delay' from='a@b/c&apos;d' stamp='2026-02-03T04:05:06Z'/>",
  );
  expect(delayXml({ from: 'a@b', at, text: 'A & B' })).toBe(
    "<delay xmlns='urn:xmpp:delay' from='a@b' stamp='2026-02-03T04:05:06Z'>A &amp; B</delay>",
  );
});
