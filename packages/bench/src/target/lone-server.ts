// A server that is one process, in a directory that goes when it ends.

import type { Mechanism } from '../client/negotiation.ts';
import type { Accounts } from './accounts.ts';
import { removeDirectory } from './premises.ts';
import { loopback, type ServerProcess } from './server-process.ts';
import type { Target } from './target.ts';

export interface LoneServer {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly running: ServerProcess;
  readonly port: number;
}

export function loneServer(
  { name, version, directory, running, port }: LoneServer,
  accounts: Accounts,
  mechanism: Mechanism,
): Target {
  return {
    name,
    version,
    accounts,
    mechanism,
    protocol: 'xmpp',
    endpoints: [{ host: loopback, port }],
    processes: () => [{ pid: running.pid, role: 'server' }],
    natsMonitors: [],
    stop: async () => {
      await running.stop();
      await removeDirectory(directory);
    },
  };
}
