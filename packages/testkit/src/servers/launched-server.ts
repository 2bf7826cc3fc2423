// What all kinds of server have in common: a directory, a port, a process that can be started again.

import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs } from '../patience.ts';
import { reservePort } from '../processes/free-port.ts';
import type { ReservedPort } from '../processes/free-port.ts';
import type { RunningProcess } from '../processes/running-process.ts';
import type { ServerKind, ServerUnderTest } from './server-under-test.ts';

export const loopback = '127.0.0.1';

/** Where a server lives: its directory and its ports. */
export interface Premises {
  readonly directory: string;
  readonly xmppPort: number;
  /** A second port, for what else a server listens on. */
  readonly adminPort: number;
  /** Gives the ports back and removes the directory. */
  vacate(): Promise<void>;
}

export async function findPremises(kind: ServerKind): Promise<Premises> {
  const [xmpp, admin, directory] = await Promise.all([
    reservePort(),
    reservePort(),
    mkdtemp(join(tmpdir(), `rollcall-test-${kind}-`)),
  ]);
  const ports: readonly ReservedPort[] = [xmpp, admin];
  return {
    directory,
    xmppPort: xmpp.port,
    adminPort: admin.port,
    vacate: async () => {
      await rm(directory, { recursive: true, force: true });
      await Promise.all(ports.map((port) => port.release()));
    },
  };
}

/** How one kind of server is run on its premises. */
export interface Launch {
  readonly kind: ServerKind;
  readonly version: string;
  readonly domain: string;
  readonly premises: Premises;
  /** Starts the process; that it listens is waited for elsewhere. */
  run(): Promise<RunningProcess>;
  createUser(name: string, password: string): Promise<void>;
}

/** Starts it and waits until it accepts connections. */
export async function launch(plan: Launch): Promise<ServerUnderTest> {
  const { premises } = plan;
  let running = await startAndWait(plan);
  return {
    kind: plan.kind,
    version: plan.version,
    host: loopback,
    port: premises.xmppPort,
    domain: plan.domain,
    pids: () => [running.pid],
    createUser: (name, password) => plan.createUser(name, password),
    restart: async () => {
      await running.stop();
      running = await startAndWait(plan);
    },
    stop: async () => {
      await running.stop();
      await premises.vacate();
    },
  };
}

async function startAndWait(plan: Launch): Promise<RunningProcess> {
  const running = await plan.run();
  await portOpens(running, plan.premises.xmppPort);
  return running;
}

const betweenAttemptsMs = 20;

async function portOpens(running: RunningProcess, port: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await accepts(port))) {
    if (running.exit !== undefined) {
      throw new Error(`${running.command} ended while starting:\n${running.output}`);
    }
    if (performance.now() > deadline) {
      await running.kill();
      throw new Error(`${running.command} does not listen on port ${port}:\n${running.output}`);
    }
    await delay(betweenAttemptsMs);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
