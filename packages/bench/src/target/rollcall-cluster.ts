// Rollcall as a cluster: engines, front-ends and NATS servers, a process each.

import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { range, type Population } from '../population/population.ts';
import { startNats } from './nats-process.ts';
import { inNewDirectory, removeDirectory } from './premises.ts';
import { RollcallCommand, type RollcallBuild } from './rollcall-command.ts';
import { freePort, loopback, type ServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Target, TargetNode, TargetSource } from './target.ts';

export interface ClusterSize {
  readonly engines: number;
  readonly frontEnds: number;
  /** One, or three that replicate. */
  readonly natsServers: number;
}

interface RollcallNode extends TargetNode {
  readonly running: ServerProcess;
  /** Of a front-end. */
  readonly xmppPort: number;
}

export function rollcallCluster(
  { accounts, mechanism }: StartOptions,
  build: RollcallBuild,
  size: ClusterSize,
): TargetSource {
  const command = new RollcallCommand(build);
  const open = (population: Population) =>
    inNewDirectory('cluster', async (directory): Promise<Target> => {
      const nats = await startNats(directory, size.natsServers);
      const nodes: RollcallNode[] = [];
      const stop = async () => {
        await Promise.all(nodes.map(({ running }) => running.stop()));
        await nats.stop();
      };
      try {
        const over = ['--nats', nats.urls.join(',')];
        await command.importUsers(directory, over, accounts, population);
        const roles = [
          ...range(0, size.engines).map(() => 'engine' as const),
          ...range(0, size.frontEnds).map(() => 'front-end' as const),
        ];
        for (const [index, role] of roles.entries())
          nodes.push(
            await startNode(command, directory, {
              role,
              name: `${role}-${index}`,
              words: [...over, '--domain', accounts.domain],
            }),
          );
        return {
          name: `rollcall ${size.engines}+${size.frontEnds}`,
          version: await command.version(directory),
          accounts,
          mechanism,
          protocol: 'xmpp',
          endpoints: endpointsOf(nodes),
          nodes: [...nodes, ...nats.nodes],
          processes: () => [...nodes, ...nats.nodes],
          natsMonitors: nats.monitors,
          stop: async () => {
            await stop();
            await removeDirectory(directory);
          },
        };
      } catch (error) {
        await stop();
        throw error;
      }
    });
  return { name: `rollcall ${size.engines}+${size.frontEnds}`, open };
}

interface NodePlan {
  readonly role: 'engine' | 'front-end';
  readonly name: string;
  readonly words: readonly string[];
}

async function startNode(
  command: RollcallCommand,
  directory: string,
  { role, name, words }: NodePlan,
): Promise<RollcallNode> {
  const xmppPort = await freePort();
  const adminPort = await freePort();
  const running = await command.start(directory, [
    ...words,
    ...['--role', role, '--node-name', name, '--data', join(directory, name)],
    ...['--listen-admin', `${loopback}:${adminPort}`],
    ...(role === 'front-end' ? ['--listen-xmpp', `${loopback}:${xmppPort}`] : []),
  ]);
  await ready(running, name, adminPort);
  return { role, name, running, xmppPort, pid: running.pid, kill: () => running.kill() };
}

const readyTimeoutMs = 30_000;

async function ready(running: ServerProcess, name: string, adminPort: number): Promise<void> {
  await running.listens(adminPort, '');
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    const { ok } = await fetch(`http://${loopback}:${adminPort}/readyz`);
    if (ok) return;
    if (performance.now() > deadline)
      throw new BenchFailure(`${name} is not ready after ${readyTimeoutMs} ms.`);
    await delay(50);
  }
}

function endpointsOf(nodes: readonly RollcallNode[]): Target['endpoints'] {
  const [first, ...others] = nodes
    .filter(({ role }) => role === 'front-end')
    .map(({ xmppPort }) => ({ host: loopback, port: xmppPort }));
  if (first === undefined) throw new BenchFailure('A cluster needs a front-end to be measured.');
  return [first, ...others];
}
