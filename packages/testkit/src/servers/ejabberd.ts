// ejabberd as Debian packages it, with the modules that have to do with presence.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningProcess } from '../processes/running-process.ts';
import { escapeXml } from '../xml/element.ts';
import { findPremises, launch, loopback } from './launched-server.ts';
import type { Premises } from './launched-server.ts';
import type { Account, ServerOptions, ServerUnderTest } from './server-under-test.ts';

const howToInstall = 'ejabberd is not installed; on Debian: apt-get install ejabberd.';

export async function startEjabberd(options: ServerOptions): Promise<ServerUnderTest> {
  const domain = options.domain ?? 'localhost';
  const libraries = await librariesDirectory();
  const premises = await findPremises('ejabberd');
  const { directory } = premises;
  const environment = {
    EJABBERD_CONFIG_PATH: join(directory, 'ejabberd.yml'),
    EJABBERD_LOG_PATH: join(directory, 'ejabberd.log'),
    ERL_LIBS: libraries,
    ERL_CRASH_DUMP: join(directory, 'erl_crash.dump'),
  };
  await mkdir(join(directory, 'spool'));
  await writeFile(environment.EJABBERD_CONFIG_PATH, configuration(domain, premises));

  const server = await launch({
    kind: 'ejabberd',
    version: await ejabberdVersion(libraries),
    domain,
    premises,
    // Not through ejabberdctl, which changes the user and names the node: a node without a name needs no epmd, and
    // several can run side by side.
    run: () =>
      RunningProcess.start(
        'erl',
        ['-noinput', '-mnesia', 'dir', `"${join(directory, 'spool')}"`, '-s', 'ejabberd'],
        { cwd: directory, env: environment, howToInstall },
      ),
    createUser: (name, password) =>
      command(premises, 'register', { user: name, host: domain, password }),
  });
  await importAccounts(premises, domain, options.accounts ?? []);
  return server;
}

function configuration(domain: string, premises: Premises): string {
  return `
hosts: [${domain}]
loglevel: warning
auth_method: internal
auth_password_format: plain
listen:
  - { port: ${premises.xmppPort}, ip: ${loopback}, module: ejabberd_c2s, max_stanza_size: 262144, access: all, shaper: none }
  - { port: ${premises.adminPort}, ip: ${loopback}, module: ejabberd_http, request_handlers: { /api: mod_http_api } }
api_permissions:
  tests: { who: all, what: "*" }
modules:
  mod_blocking: {}
  mod_caps: {}
  mod_client_state: {}
  mod_disco: {}
  mod_last: {}
  mod_ping: {}
  mod_privacy: {}
  mod_roster: { versioning: true, store_current_id: true }
`;
}

/** By XEP-0227, all at once. */
async function importAccounts(
  premises: Premises,
  domain: string,
  accounts: readonly Account[],
): Promise<void> {
  const users = accounts.map(
    ({ name, password }) => `<user name='${escapeXml(name)}' password='${escapeXml(password)}'/>`,
  );
  const file = join(premises.directory, 'accounts.xml');
  await writeFile(
    file,
    `<server-data xmlns='urn:xmpp:pie:0'><host jid='${domain}'>${users.join('')}</host></server-data>`,
  );
  await command(premises, 'import_piefxis', { file });
}

async function command(
  premises: Premises,
  name: string,
  body: Readonly<Record<string, string>>,
): Promise<void> {
  const response = await fetch(`http://${loopback}:${premises.adminPort}/api/${name}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`ejabberd refused ${name}: ${answer}`);
}

/** The packaged ejabberdctl knows where the package put its libraries. */
async function librariesDirectory(): Promise<string> {
  const script = await readFile('/usr/sbin/ejabberdctl', 'utf8').catch(() => '');
  const directory = /^ERL_LIBS='(.+)'$/m.exec(script)?.[1];
  if (directory === undefined) throw new Error(howToInstall);
  return directory;
}

async function ejabberdVersion(libraries: string): Promise<string> {
  const names = await readdir(libraries);
  const versions = names.map((name) => /^ejabberd-([0-9.]+)$/.exec(name)?.[1]);
  return versions.find((version) => version !== undefined) ?? 'unknown';
}
