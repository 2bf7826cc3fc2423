// `rollcall import FILE.jsonl`

import { open, type FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import { deriveVerifiers } from '@rollcall/store';
import { fileFailure } from '../file-failure.ts';
import { importUsers } from '../transfer/import-users.ts';
import { textLines } from '../transfer/text-lines.ts';
import { administer } from './administer.ts';
import { CommandFailure } from './exit.ts';
import { showProgress } from './progress.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

const format = `
Each line of FILE is one account, and all but "jid" may be left out:

  {"jid":"alice@localhost","password":"…","roster":[{"jid":"bob@localhost",
   "subscription":"both","ask":"subscribe","name":"Bob","groups":["Friends"]}]}

Instead of "password", SCRAM verifiers as ejabberd and Prosody export them: the README has their shapes.
A bad line is reported with its number and changes nothing; the others are taken in, and the exit code is 1.`;

export function define(command: Command): void {
  command.argument('<FILE>', 'JSON lines').addHelpText('after', format);
  addSettingOptions(command, ['data', 'nats']);
  command.action(importFile);
}

async function importFile(file: string, options: Record<string, unknown>): Promise<void> {
  const settings = settingsInForce(options);
  const { handle, bytes } = await opened(file);
  const progress = showProgress('Importing', bytes, process.stderr);
  const report = await administer(settings, (administration) =>
    importUsers(textLines(handle.createReadStream({ highWaterMark: 1024 * 1024 })), {
      administration,
      hash: (password) => deriveVerifiers(password, { iterations: settings.scramIterations }),
      onBadLine: (number, problem) => progress.say(`${file}, line ${number}: ${problem}`),
      onProgress: (read) => progress.advance(read),
    }),
  ).finally(() => progress.stop());
  process.stdout.write(`Imported ${counted(report.users, 'account')}.\n`);
  if (report.badLines > 0)
    throw new CommandFailure(`${counted(report.badLines, 'bad line')} left out.`);
}

async function opened(
  file: string,
): Promise<{ readonly handle: FileHandle; readonly bytes: number }> {
  try {
    const handle = await open(file);
    const stat = await handle.stat();
    if (!stat.isDirectory()) return { handle, bytes: stat.size };
    await handle.close();
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${fileFailure(error)}.`, { cause: error });
  }
  throw new CommandFailure(`${file} cannot be read: it is a directory.`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
