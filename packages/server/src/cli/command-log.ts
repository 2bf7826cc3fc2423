// What the parts that a command uses have to say: on standard error, for a person, and only what is out of order.

import { pino, type Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import { readableLog } from '../log/readable-log.ts';

export function commandLog({ logLevel }: Pick<Settings, 'logLevel'>): Logger {
  const level = logLevel === 'info' ? 'warn' : logLevel;
  return pino(
    { level },
    readableLog((text) => process.stderr.write(text)),
  );
}
