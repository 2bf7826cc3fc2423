// The built `rollcall` command, run as a user would.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunningProcess } from '../processes/running-process.ts';
import { findPremises, launch, loopback } from './launched-server.ts';
import { scramVerifiers } from './scram-verifiers.ts';
import type { Account, ServerOptions, ServerUnderTest } from './server-under-test.ts';

const rollcallCommand = fileURLToPath(
  new URL('../../../../node_modules/.bin/rollcall', import.meta.url),
);
const howToInstall = 'The rollcall command is not linked; run npm ci in the repository.';

export async function startRollcall(options: ServerOptions): Promise<ServerUnderTest> {
  const domain = options.domain ?? 'localhost';
  const premises = await findPremises('rollcall');
  const data = join(premises.directory, 'data');
  const importAccounts = (accounts: readonly Account[]) =>
    runImport(premises.directory, data, domain, accounts);

  await importAccounts(options.accounts ?? []);
  return launch({
    kind: 'rollcall',
    version: await rollcallVersion(),
    domain,
    premises,
    run: () =>
      rollcall([
        'start',
        ...['--domain', domain],
        ...['--data', data],
        ...['--listen-xmpp', `${loopback}:${premises.xmppPort}`],
        ...['--listen-websocket', 'off'],
        ...['--listen-admin', `${loopback}:${premises.adminPort}`],
        '--cleartext-auth',
      ]),
    createUser: (name, password) => importAccounts([{ name, password }]),
  });
}

async function runImport(
  directory: string,
  data: string,
  domain: string,
  accounts: readonly Account[],
): Promise<void> {
  if (accounts.length === 0) return;
  // Hashing is what takes time in an import; accounts of one password share the work.
  const passwords = new Set(accounts.map(({ password }) => password));
  const verifiers = new Map([...passwords].map((password) => [password, scramVerifiers(password)]));
  const lines = accounts.map(({ name, password }) =>
    JSON.stringify({ jid: `${name}@${domain}`, scram: verifiers.get(password) }),
  );
  const file = join(directory, 'accounts.jsonl');
  await writeFile(file, lines.join('\n') + '\n');
  const importing = await rollcall(['import', file, '--data', data]);
  const { code } = await importing.exited;
  if (code !== 0) throw new Error(`rollcall import failed:\n${importing.output}`);
}

async function rollcallVersion(): Promise<string> {
  const asking = await rollcall(['--version']);
  await asking.exited;
  return asking.output.trim();
}

function rollcall(args: readonly string[]): Promise<RunningProcess> {
  return RunningProcess.start(rollcallCommand, args, { howToInstall });
}
