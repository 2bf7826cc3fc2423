// Where the server's log goes: standard output, readable on a terminal, JSON elsewhere.

import { pino, type Logger } from 'pino';
import type { LogLevel } from '../configuration/settings.ts';
import { readableLog } from './readable-log.ts';

export function openLog(level: LogLevel, output: NodeJS.WriteStream): Logger {
  if (output.isTTY)
    return pino(
      { level },
      readableLog((text) => output.write(text)),
    );
  // Synchronous: what was logged before a crash is written.
  return pino({ level }, pino.destination({ fd: 1, sync: true }));
}
