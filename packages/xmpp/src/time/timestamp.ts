/**
 * XEP-0082 date-times. Written in UTC; read with any zone offset, since other servers' stamps
 * arrive in relayed stanzas.
 */
import { parsed, unparsable, type Parsed } from '../parsed.ts';

/** `2026-02-03T04:05:06Z`, with milliseconds where they are not zero. Takes milliseconds since 1970. */
export function formatTimestamp(epochMs: number): string {
  const date = new Date(epochMs);
  // Part by part: each answer to a probe says its time, and `toISOString` takes twice as long.
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (!(year >= 1000 && year <= 9999)) return withoutZeros(date.toISOString());
  const ms = date.getUTCMilliseconds();
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${year}-${two(month)}-${two(day)}T${time}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`}Z`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

function withoutZeros(text: string): string {
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,12}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Reads a date-time into milliseconds since 1970; finer fractions are cut off. */
export function parseTimestamp(text: string): Parsed<number> {
  const match = dateTime.exec(text);
  if (!match) return unparsable('not a date-time of XEP-0082');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six;
  const millis = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = zoneOffsetMs(match[8], Number(match[9] ?? 0), Number(match[10] ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) {
    return unparsable('a time of day out of range');
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return unparsable('a date that is not in the calendar');
  }
  date.setUTCHours(hour, minute, second, millis);
  return parsed(date.getTime() - offset);
}

type Six = [number, number, number, number, number, number];

function zoneOffsetMs(sign: string | undefined, hours: number, minutes: number) {
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * 60_000 * (sign === '-' ? -1 : 1);
}
