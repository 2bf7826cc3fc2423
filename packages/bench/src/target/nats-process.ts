// NATS servers with JetStream for a cluster under measurement: one, or some that replicate.

import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { range } from '../population/population.ts';
import { freePort, loopback, ServerProcess } from './server-process.ts';
import type { TargetNode } from './target.ts';
import { BenchFailure } from '../failure/bench-failure.ts';

const howToInstall = 'nats-server is not installed; on Debian: apt-get install nats-server.';

export interface RunningNats {
  readonly urls: readonly string[];
  /** Base addresses of their HTTP monitoring. */
  readonly monitors: readonly string[];
  readonly nodes: readonly TargetNode[];
  stop(): Promise<void>;
}

interface NatsPlan {
  readonly monitor: string;
  readonly name: string;
  readonly port: number;
  readonly clusterPort: number;
  readonly monitorPort: number;
}

/** Resolves when JetStream answers at all of them. */
export async function startNats(directory: string, size: number): Promise<RunningNats> {
  const plans = await Promise.all(
    range(0, size).map(async (index): Promise<NatsPlan> => {
      const [port, clusterPort, monitorPort] = await Promise.all([
        freePort(),
        freePort(),
        freePort(),
      ]);
      const monitor = `http://${loopback}:${monitorPort}`;
      return { name: `n${index}`, port, clusterPort, monitorPort, monitor };
    }),
  );
  const running = await Promise.all(
    plans.map(async (plan) => {
      const args = natsArguments(plan, plans, directory);
      const command = 'nats-server';
      const server = await ServerProcess.start({ command, args, cwd: directory, howToInstall });
      return { plan, server };
    }),
  );
  const stop = async () => {
    await Promise.all(running.map(({ server }) => server.stop()));
  };
  try {
    await Promise.all(running.map(({ plan, server }) => healthy(server, plan)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: plans.map(({ port }) => `nats://${loopback}:${port}`),
    monitors: plans.map(({ monitor }) => monitor),
    nodes: running.map(({ plan: { name }, server }) => ({
      name,
      role: 'nats',
      pid: server.pid,
      kill: () => server.kill(),
    })),
    stop,
  };
}

function natsArguments(
  own: NatsPlan,
  all: readonly NatsPlan[],
  directory: string,
): readonly string[] {
  const routes = all.map(({ clusterPort }) => `nats://${loopback}:${clusterPort}`).join(',');
  return [
    ...['--addr', loopback, '--port', String(own.port), '--http_port', String(own.monitorPort)],
    ...['--server_name', own.name, '--jetstream', '--store_dir', join(directory, own.name)],
    ...(all.length === 1
      ? []
      : [
          ...['--cluster_name', 'bench', '--cluster', `nats://${loopback}:${own.clusterPort}`],
          ...['--routes', routes],
        ]),
  ];
}

const healthTimeoutMs = 20_000;

async function healthy(server: ServerProcess, { monitorPort, monitor }: NatsPlan): Promise<void> {
  await server.listens(monitorPort, howToInstall);
  const deadline = performance.now() + healthTimeoutMs;
  while (!(await fetch(`${monitor}/healthz`)).ok) {
    if (performance.now() > deadline)
      throw new BenchFailure(`nats-server is not healthy after ${healthTimeoutMs} ms.`);
    await delay(25);
  }
}
