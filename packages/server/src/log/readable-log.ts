// Log lines for a person at a terminal. Elsewhere pino's JSON goes out as it is.

import type { DestinationStream } from 'pino';

const levelNames = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** What every line has and a person at the terminal need not read. */
const unsaid = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'event', 'err']);

/** Turns each JSON line into `12:00:01 warn  what happened  (key: value)`. */
export function readableLog(write: (text: string) => void): DestinationStream {
  return { write: (line) => write(readableLine(JSON.parse(line) as Record<string, unknown>)) };
}

function readableLine(record: Record<string, unknown>): string {
  const time = new Date(Number(record['time'])).toTimeString().slice(0, 8);
  const level = (levelNames.get(Number(record['level'])) ?? '').padEnd(5);
  const details = Object.entries(record)
    .filter(([name]) => !unsaid.has(name))
    .map(([name, value]) => `${name}: ${textOf(value)}`);
  const after = details.length > 0 ? `  (${details.join(', ')})` : '';
  return `${time} ${level} ${textOf(record['msg'] ?? record['event'])}${after}\n${errorText(record['err'])}`;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  const text = 'stack' in error ? error.stack : error.message;
  return `${String(text).replaceAll(/^/gm, '  ')}\n`;
}
