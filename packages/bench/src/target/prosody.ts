// Prosody as Debian packages it, on its store of flat files.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pool } from '../client/pool.ts';
import { range, type Population } from '../population/population.ts';
import type { Accounts } from './accounts.ts';
import { loneServer } from './lone-server.ts';
import { inNewDirectory, writeConfiguration } from './premises.ts';
import { freePort, ServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';
import type { Target, TargetSource } from './target.ts';

const howToInstall = 'Prosody is not installed; on Debian: apt-get install prosody.';

export function prosody({ accounts, modules, mechanism }: StartOptions): TargetSource {
  const open = (population: Population) =>
    inNewDirectory('prosody', async (directory): Promise<Target> => {
      const version = await prosodyVersion(directory);
      const port = await freePort();
      const words = { DIRECTORY: directory, DOMAIN: accounts.domain, PORT: port };
      const config = await writeConfiguration(directory, `prosody.${modules}.cfg.lua`, words);
      await writeStore(join(directory, 'data', encodeName(accounts.domain)), accounts, population);
      const running = await ServerProcess.start({
        command: 'prosody',
        args: ['-F', '--config', config],
        cwd: directory,
        howToInstall,
      });
      await running.listens(port, howToInstall);
      const server = { name: `prosody (${modules})`, version, directory, running, port };
      return loneServer(server, accounts, mechanism);
    });
  return { name: 'prosody', open };
}

const filesAtOnce = 64;

async function writeStore(
  directory: string,
  accounts: Accounts,
  population: Population,
): Promise<void> {
  const [accountFiles, rosterFiles] = [join(directory, 'accounts'), join(directory, 'roster')];
  await mkdir(accountFiles, { recursive: true });
  await mkdir(rosterFiles, { recursive: true });
  const account = luaTable({ password: JSON.stringify(accounts.password) });
  await pool(range(0, population.size), filesAtOnce, async (user) => {
    const file = `${encodeName(accounts.nameOf(user))}.dat`;
    await writeFile(join(accountFiles, file), `return ${account};\n`);
    const contacts = population.contactsOf(user);
    if (contacts.length === 0) return;
    await writeFile(join(rosterFiles, file), `return ${rosterTable(accounts, contacts)};\n`);
  });
}

function rosterTable(accounts: Accounts, contacts: readonly number[]): string {
  const item = luaTable({ subscription: '"both"', groups: '{}' });
  return luaTable(Object.fromEntries(contacts.map((user) => [accounts.jidOf(user), item])));
}

function luaTable(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(
    ([key, value]) => `[${JSON.stringify(key)}] = ${value};`,
  );
  return `{ ${lines.join('\n')} }`;
}

/** File names of Prosody's store: all but letters and digits as %xx. */
function encodeName(name: string): string {
  return name.replaceAll(
    /[^A-Za-z0-9]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

async function prosodyVersion(directory: string): Promise<string> {
  const args = ['about'];
  const about = await ServerProcess.run({
    command: 'prosodyctl',
    args,
    cwd: directory,
    howToInstall,
  });
  return /^Prosody (\S+)/m.exec(about)?.[1] ?? 'of unknown version';
}
