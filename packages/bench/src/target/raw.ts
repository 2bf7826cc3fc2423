// No server: a process that writes what it reads from one socket to all the others. What is left of the cost is that of
// sockets, and no server in Node can be cheaper.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loopback } from './server-process.ts';
import type { Accounts } from './accounts.ts';
import type { Target, TargetSource } from './target.ts';

export function raw(accounts: Accounts): TargetSource {
  const open = async (): Promise<Target> => {
    const program = fileURLToPath(new URL('./raw-process.js', import.meta.url));
    const child = fork(program, { stdio: 'inherit' });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (listening) => resolve(Number(listening)));
      child.once('exit', (code) => reject(new Error(`the raw writer ended with ${code ?? -1}`)));
    });
    const { pid } = child;
    if (pid === undefined) throw new Error('the raw writer was spawned without a pid');
    return {
      name: 'raw',
      version: '',
      accounts,
      mechanism: 'PLAIN',
      protocol: 'raw',
      endpoints: [{ host: loopback, port }],
      processes: () => [{ pid, role: 'server' }],
      natsMonitors: [],
      stop: () =>
        new Promise((resolve) => {
          child.removeAllListeners('exit').once('exit', () => resolve());
          child.disconnect();
        }),
    };
  };
  return { name: 'raw', open };
}
