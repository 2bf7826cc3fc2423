// Rollcall in one process, on its embedded store.

import { join } from 'node:path';
import type { Population } from '../population/population.ts';
import { loneServer } from './lone-server.ts';
import { inNewDirectory } from './premises.ts';
import { RollcallCommand, type RollcallBuild } from './rollcall-command.ts';
import { freePort, loopback } from './server-process.ts';
import type { StartOptions } from './start-options.ts';
import type { Target, TargetSource } from './target.ts';

export function rollcall(
  { accounts, mechanism }: StartOptions,
  build: RollcallBuild,
): TargetSource {
  const command = new RollcallCommand(build);
  const open = (population: Population) =>
    inNewDirectory('rollcall', async (directory): Promise<Target> => {
      const version = await command.version(directory);
      const data = ['--data', join(directory, 'data')];
      await command.importUsers(directory, data, accounts, population);
      const port = await freePort();
      const running = await command.start(directory, [
        ...data,
        ...['--domain', accounts.domain],
        ...['--listen-xmpp', `${loopback}:${port}`],
        ...['--listen-admin', `${loopback}:${await freePort()}`],
      ]);
      await running.listens(port, '');
      const server = { name: 'rollcall', version, directory, running, port };
      return loneServer(server, accounts, mechanism);
    });
  return { name: 'rollcall', open };
}
