import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readableLog } from './readable-log.ts';

function logged(write: (log: ReturnType<typeof pino>) => void): string {
  let text = '';
  write(
    pino(
      { level: 'trace' },
      readableLog((line) => (text += line)),
    ),
  );
  return text;
}

test('a line has the time, the level, the message, and what else there is to know', () => {
  const line = logged((log) => log.warn({ event: 'x', users: 3, who: 'alice' }, 'It happened'));
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}It happened {2}\(users: 3, who: alice\)\n$/);
});

test('without a message, the event is told', () => {
  expect(logged((log) => log.info({ event: 'engine_started' }))).toMatch(
    / info {2}engine_started\n$/,
  );
});

test('an error is told with its stack, below its line', () => {
  const lines = logged((log) => log.error({ err: new TypeError('broken') }, 'Sorry')).split('\n');
  expect(lines[0]).toMatch(/error Sorry$/);
  expect(lines[1]).toBe('  TypeError: broken');
  expect(lines[2]).toMatch(/^ {6}at /);
});
