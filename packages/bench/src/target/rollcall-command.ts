// The `rollcall` command, run as a user would.

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { range, type Population } from '../population/population.ts';
import type { Accounts } from './accounts.ts';
import { configurationFile } from './premises.ts';
import { ServerProcess } from './server-process.ts';
import { verifiers } from './verifiers.ts';

export interface RollcallBuild {
  /** `bin/rollcall.js` of another build than the one this package belongs to. */
  readonly command?: string;
  /** Where each server process leaves a CPU profile when it ends. */
  readonly profileDirectory?: string;
}

const howToInstall = 'The rollcall command is not built; run npm ci in the repository.';

export class RollcallCommand {
  readonly #script: string;
  readonly #profiling: readonly string[];

  constructor({ command, profileDirectory }: RollcallBuild) {
    this.#script = command ?? ownCommand();
    this.#profiling =
      profileDirectory === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDirectory];
  }

  /** `rollcall start` with the benchmark's configuration. */
  async start(directory: string, args: readonly string[]): Promise<ServerProcess> {
    const config = fileURLToPath(configurationFile('rollcall.json'));
    const words = ['start', '--config', config, ...(await this.#silenced(directory)), ...args];
    return ServerProcess.start(this.#plan(directory, words, this.#profiling));
  }

  async version(directory: string): Promise<string> {
    return (await ServerProcess.run(this.#plan(directory, ['--version']))).trim();
  }

  /** `rollcall import` of the whole population; `where` says into which server. */
  async importUsers(
    directory: string,
    where: readonly string[],
    accounts: Accounts,
    population: Population,
  ): Promise<void> {
    const file = join(directory, 'accounts.jsonl');
    await pipeline(Readable.from(userLines(accounts, population)), createWriteStream(file));
    await ServerProcess.run(this.#plan(directory, ['import', file, ...where]));
  }

  /** Nobody comes by WebSocket; an older build that is compared has no such listener to turn off. */
  async #silenced(directory: string): Promise<readonly string[]> {
    const help = await ServerProcess.run(this.#plan(directory, ['start', '--help']));
    return help.includes('--listen-websocket') ? ['--listen-websocket', 'off'] : [];
  }

  #plan(cwd: string, words: readonly string[], nodeOptions: readonly string[] = []) {
    const args = [...nodeOptions, this.#script, ...words];
    const label = `rollcall ${words[0] ?? ''}`;
    return { command: process.execPath, args, label, cwd, howToInstall };
  }
}

/** Found through the package that the command belongs to; nothing of it is loaded. */
function ownCommand(): string {
  return fileURLToPath(new URL('../bin/rollcall.js', import.meta.resolve('@rollcall/server')));
}

/** The least that RFC 5802 §5.1 allows; `rollcall.json` says the same. */
const scramIterations = 4096;

function* userLines(accounts: Accounts, population: Population): Generator<string> {
  const salt = Buffer.from('rollcall-bench--');
  const scram = verifiers({ password: accounts.password, salt, iterations: scramIterations });
  for (const user of range(0, population.size)) {
    const roster = population
      .contactsOf(user)
      .map((contact) => ({ jid: accounts.jidOf(contact), subscription: 'both' }));
    yield `${JSON.stringify({ jid: accounts.jidOf(user), scram, roster })}\n`;
  }
}
