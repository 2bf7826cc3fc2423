// Where the tests' NATS comes from, in this order: $NATS_SERVER, the path, Docker, Debian's package.

import { getContainerRuntimeClient } from 'testcontainers';
import { installedByApt, isExecutable, onPath } from '../processes/installed.ts';

export type NatsSource =
  | { readonly kind: 'binary'; readonly path: string; readonly found: string }
  | { readonly kind: 'docker'; readonly image: string; readonly found: string };

export const natsImage = 'nats:2.12-alpine';

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
  const path = await onPath(['nats-server']);
  return path === undefined ? undefined : { kind: 'binary', path, found: 'the path' };
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
  if (!(await installedByApt('nats-server'))) return undefined;
  const path = await onPath(['nats-server']);
  return path === undefined ? undefined : { kind: 'binary', path, found: "Debian's package" };
}
