// Where the tests' NATS comes from, in this order: $NATS_SERVER, the path, Docker, Debian's package.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { getContainerRuntimeClient } from 'testcontainers';

export type NatsSource =
  | { readonly kind: 'binary'; readonly path: string; readonly found: string }
  | { readonly kind: 'docker'; readonly image: string; readonly found: string };

export const natsImage = 'nats:2.12-alpine';

const run = promisify(execFile);

/** Rejects with one sentence on how to get a server when there is none. */
export async function findNats(): Promise<NatsSource> {
  const source =
    (await fromEnvironment()) ?? (await fromPath()) ?? (await fromDocker()) ?? (await fromDebian());
  if (source !== undefined) return source;
  throw new Error(
    'The tests need a NATS server and found none: install nats-server (https://nats.io/download, or ' +
      '"apt-get install nats-server"), name one with NATS_SERVER=/path/to/nats-server, or start Docker.',
  );
}

async function fromEnvironment(): Promise<NatsSource | undefined> {
  const path = process.env['NATS_SERVER'];
  if (path === undefined || path === '') return undefined;
  if (await isExecutable(path)) return { kind: 'binary', path, found: '$NATS_SERVER' };
  throw new Error(`NATS_SERVER names ${path}, which is not an executable file.`);
}

async function fromPath(): Promise<NatsSource | undefined> {
  // Debian puts it into /usr/sbin, which is not on the path of ordinary users.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, 'nats-server');
    if (folder !== '' && (await isExecutable(path)))
      return { kind: 'binary', path, found: 'the path' };
  }
  return undefined;
}

async function fromDocker(): Promise<NatsSource | undefined> {
  try {
    await getContainerRuntimeClient();
    return { kind: 'docker', image: natsImage, found: 'Docker' };
  } catch {
    return undefined;
  }
}

async function fromDebian(): Promise<NatsSource | undefined> {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'nats-server'], {
      env,
    });
  } catch {
    return undefined;
  }
  const path = '/usr/sbin/nats-server';
  return (await isExecutable(path))
    ? { kind: 'binary', path, found: "Debian's package" }
    : undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
