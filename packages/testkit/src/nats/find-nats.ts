// Where the tests' NATS comes from, in this order: $NATS_SERVER, the path, Docker, Debian's package.

import { getContainerRuntimeClient } from 'testcontainers';
import { installedByApt, isExecutable, onPath } from '../processes/installed.ts';

export type NatsSource =
  | { readonly kind: 'binary'; readonly path: string; readonly found: string }
  | { readonly kind: 'docker'; readonly image: string; readonly found: string };

export const natsImage = 'nats:2.12-alpine';

/** What the machine has, so that the choice can be tried on machines that are not there. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  isExecutable(path: string): Promise<boolean>;
  /** The first of these programs that is on the path, or where Debian keeps those of administrators. */
  onPath(names: readonly string[]): Promise<string | undefined>;
  hasDocker(): Promise<boolean>;
  /** Whether the package could be installed: by root, on Debian. */
  installedByApt(packageName: string): Promise<boolean>;
}

const thisMachine: Machine = {
  environment: process.env,
  isExecutable,
  onPath,
  installedByApt,
  hasDocker: () =>
    getContainerRuntimeClient().then(
      () => true,
      () => false,
    ),
};

const program = ['nats-server'];

/** Rejects with one sentence on how to get a server when there is none. */
export async function findNats(machine: Machine = thisMachine): Promise<NatsSource> {
  const named = machine.environment['NATS_SERVER'] ?? '';
  if (named !== '') {
    if (await machine.isExecutable(named))
      return { kind: 'binary', path: named, found: '$NATS_SERVER' };
    throw new Error(`NATS_SERVER names ${named}, which is not an executable file.`);
  }
  const present = await machine.onPath(program);
  if (present !== undefined) return { kind: 'binary', path: present, found: 'the path' };
  if (await machine.hasDocker()) return { kind: 'docker', image: natsImage, found: 'Docker' };
  const installed = (await machine.installedByApt('nats-server'))
    ? await machine.onPath(program)
    : undefined;
  if (installed !== undefined)
    return { kind: 'binary', path: installed, found: "Debian's package" };
  throw new Error(
    'The tests need a NATS server and found none: install nats-server (https://nats.io/download, or ' +
      '"apt-get install nats-server"), name one with NATS_SERVER=/path/to/nats-server, or start Docker.',
  );
}
