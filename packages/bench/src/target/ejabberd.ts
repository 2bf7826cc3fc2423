// ejabberd as Debian packages it, on its Mnesia tables.

import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { range, type Population } from '../population/population.ts';
import type { Accounts } from './accounts.ts';
import { loneServer } from './lone-server.ts';
import { inNewDirectory, writeConfiguration } from './premises.ts';
import { freePort, loopback, ServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Target, TargetSource } from './target.ts';

const howToInstall = 'ejabberd is not installed; on Debian: apt-get install ejabberd.';

export function ejabberd({ accounts, modules, mechanism }: StartOptions): TargetSource {
  const open = (population: Population) =>
    inNewDirectory('ejabberd', async (directory): Promise<Target> => {
      const libraries = await librariesDirectory();
      const port = await freePort();
      const adminPort = await freePort();
      const words = { DOMAIN: accounts.domain, PORT: port, ADMIN_PORT: adminPort };
      const config = await writeConfiguration(directory, `ejabberd.${modules}.yml`, words);
      await mkdir(join(directory, 'spool'));
      const start = () => startNode({ directory, config, libraries, port });

      // Started again after the import, which would else be in its caches and its memory.
      const importing = await start();
      await importAccounts(directory, adminPort, accounts, population);
      await importing.stop();
      const running = await start();
      const server = {
        name: `ejabberd (${modules})`,
        version: await ejabberdVersion(libraries),
        directory,
        running,
        port,
      };
      return loneServer(server, accounts, mechanism);
    });
  return { name: 'ejabberd', open };
}

interface NodePlan {
  readonly directory: string;
  readonly config: string;
  readonly libraries: string;
  readonly port: number;
}

/** As ejabberdctl would, but without a name, which would need epmd, and without another user. */
async function startNode({ directory, config, libraries, port }: NodePlan): Promise<ServerProcess> {
  const running = await ServerProcess.start({
    command: 'erl',
    args: [
      ...['+K', 'true', '+P', '1000000', '+Q', '200000'],
      // Schedulers that wait busily would be counted as work.
      ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
      ...['-noinput', '-mnesia', 'dir', `"${join(directory, 'spool')}"`, '-s', 'ejabberd'],
    ],
    cwd: directory,
    env: {
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(directory, 'ejabberd.log'),
      ERL_LIBS: libraries,
      ERL_CRASH_DUMP: join(directory, 'erl_crash.dump'),
    },
    howToInstall,
  });
  await running.listens(port, howToInstall);
  return running;
}

/** By XEP-0227, all at once. */
async function importAccounts(
  directory: string,
  adminPort: number,
  accounts: Accounts,
  population: Population,
): Promise<void> {
  const file = join(directory, 'accounts.xml');
  await pipeline(Readable.from(serverData(accounts, population)), createWriteStream(file));
  const response = await fetch(`http://${loopback}:${adminPort}/api/import_piefxis`, {
    method: 'POST',
    body: JSON.stringify({ file }),
  });
  const answer = await response.text();
  if (!response.ok) throw new BenchFailure(`ejabberd did not import the accounts: ${answer}`);
}

function* serverData(accounts: Accounts, population: Population): Generator<string> {
  const { domain, password } = accounts;
  yield `<server-data xmlns='urn:xmpp:pie:0'><host jid='${domain}'>\n`;
  for (const user of range(0, population.size)) {
    const items = population
      .contactsOf(user)
      .map((contact) => `<item jid='${accounts.jidOf(contact)}' subscription='both'/>`);
    yield (
      `<user name='${accounts.nameOf(user)}' password='${password}'>` +
      `<query xmlns='jabber:iq:roster'>${items.join('')}</query></user>\n`
    );
  }
  yield '</host></server-data>\n';
}

/** The packaged ejabberdctl knows where the package put its libraries. */
async function librariesDirectory(): Promise<string> {
  const script = await readFile('/usr/sbin/ejabberdctl', 'utf8').catch(() => '');
  const directory = /^ERL_LIBS='(.+)'$/m.exec(script)?.[1];
  if (directory === undefined) throw new BenchFailure(howToInstall);
  return directory;
}

async function ejabberdVersion(libraries: string): Promise<string> {
  const names = await readdir(libraries);
  const versions = names.map((name) => /^ejabberd-([0-9.]+)$/.exec(name)?.[1]);
  return versions.find((version) => version !== undefined) ?? 'of unknown version';
}
