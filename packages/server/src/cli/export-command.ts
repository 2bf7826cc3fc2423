// `rollcall export`: every account on standard output, in the format of import.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ExportedUser } from '@rollcall/cluster';
import { formatUserLine } from '../transfer/user-line.ts';
import { administer } from './administer.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

export function define(command: Command): void {
  addSettingOptions(command, ['data', 'nats']);
  command.action((options: Record<string, unknown>) =>
    administer(settingsInForce(options), (administration) =>
      pipeline(Readable.from(lines(administration.exportUsers())), process.stdout, { end: false }),
    ),
  );
}

async function* lines(users: AsyncIterable<ExportedUser>): AsyncGenerator<string> {
  for await (const { jid, credentials, roster } of users)
    yield `${formatUserLine({ jid, verifiers: credentials, roster })}\n`;
}
