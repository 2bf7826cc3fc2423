// Prosody as Debian packages it, with the modules that have to do with presence.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningProcess } from '../processes/running-process.ts';
import { findPremises, launch, loopback } from './launched-server.ts';
import type { Premises } from './launched-server.ts';
import type { ServerOptions, ServerUnderTest } from './server-under-test.ts';

const howToInstall = 'Prosody is not installed; on Debian: apt-get install prosody.';

export async function startProsody(options: ServerOptions): Promise<ServerUnderTest> {
  const domain = options.domain ?? 'localhost';
  const version = await prosodyVersion();
  const premises = await findPremises('prosody');
  const accounts = join(premises.directory, 'data', encodeName(domain), 'accounts');
  const createUser = (name: string, password: string) =>
    writeFile(
      join(accounts, `${encodeName(name)}.dat`),
      `return { ["password"] = ${JSON.stringify(password)}; };\n`,
    );

  await mkdir(accounts, { recursive: true });
  await Promise.all(
    (options.accounts ?? []).map(({ name, password }) => createUser(name, password)),
  );
  const configFile = join(premises.directory, 'prosody.cfg.lua');
  await writeFile(configFile, configuration(domain, premises));

  return launch({
    kind: 'prosody',
    version,
    domain,
    premises,
    run: () =>
      RunningProcess.start('prosody', ['-F', '--config', configFile], {
        cwd: premises.directory,
        howToInstall,
      }),
    createUser,
  });
}

/** Privacy lists went out of Prosody with 0.10; XEP-0318 and server presence it never had. */
function configuration(domain: string, premises: Premises): string {
  return `
    run_as_root = true
    daemonize = false
    pidfile = "${join(premises.directory, 'prosody.pid')}"
    data_path = "${join(premises.directory, 'data')}"
    log = { warn = "*console" }
    modules_enabled = { "disco", "roster", "saslauth", "blocklist", "csi_simple", "ping", "lastactivity" }
    modules_disabled = { "s2s", "offline", "tls", "http" }
    authentication = "internal_plain"
    allow_unencrypted_plain_auth = true
    c2s_require_encryption = false
    interfaces = { "${loopback}" }
    c2s_ports = { ${premises.xmppPort} }
    VirtualHost "${domain}"
  `;
}

/** File names of Prosody's data store: all but letters and digits as %xx. */
function encodeName(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) =>
      /[A-Za-z0-9]/.test(character)
        ? character
        : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('');
}

async function prosodyVersion(): Promise<string> {
  const about = await RunningProcess.start('prosodyctl', ['about'], { howToInstall });
  const [, version] = await about.waitForLine(/^Prosody (\S+)/m);
  await about.exited;
  return version ?? 'unknown';
}
