// Real NATS servers for tests: one, or three that replicate, from a binary or from Docker.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { patienceMs } from '../patience.ts';
import { reservePort } from '../processes/free-port.ts';
import type { ReservedPort } from '../processes/free-port.ts';
import { RunningProcess } from '../processes/running-process.ts';
import { findNats } from './find-nats.ts';
import type { NatsSource } from './find-nats.ts';

export interface NatsUnderTest {
  /** One per server, `nats://127.0.0.1:PORT`. */
  readonly urls: readonly string[];
  /** Where the servers' monitoring answers (`/varz`, `/connz`, `/jsz`), one per server. */
  readonly monitorUrls: readonly string[];
  /** The servers, to be hurt one by one; empty when they run in Docker. */
  readonly servers: readonly NatsServer[];
  stop(): Promise<void>;
}

export interface NatsOptions {
  /** 1, or 3 that form a cluster able to replicate. Default 1. */
  readonly size?: 1 | 3;
  readonly source?: NatsSource;
  /** A configuration file to load besides, for instance accounts and permissions. */
  readonly configFile?: string;
  /** Whether servers tell clients of each other, so that these go to another when theirs is away. Default true. */
  readonly advertise?: boolean;
}

/** Resolves when JetStream answers. Streams are kept in a temporary directory that goes with `stop`. */
export async function startNats(options: NatsOptions = {}): Promise<NatsUnderTest> {
  const source = options.source ?? (await findNats());
  const size = options.size ?? 1;
  if (source.kind === 'docker') return startInDocker(source.image, size);
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-nats-'));
  const plans = await Promise.all(Array.from({ length: size }, (_, index) => plan(index, folder)));
  const servers = plans.map((own) => new NatsServer(source.path, own, plans, options));
  await Promise.all(servers.map((server) => server.start()));
  return {
    urls: servers.map((server) => server.url),
    monitorUrls: servers.map((server) => server.monitorUrl),
    servers,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all(plans.map((own) => release(own)));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Plan {
  readonly name: string;
  readonly folder: string;
  readonly client: ReservedPort;
  readonly cluster: ReservedPort;
  readonly monitor: ReservedPort;
}

export class NatsServer {
  readonly url: string;
  readonly monitorUrl: string;
  readonly #binary: string;
  readonly #arguments: readonly string[];
  #process: RunningProcess | undefined;

  constructor(binary: string, own: Plan, all: readonly Plan[], options: NatsOptions = {}) {
    this.url = `nats://127.0.0.1:${own.client.port}`;
    this.monitorUrl = `http://127.0.0.1:${own.monitor.port}`;
    this.#binary = binary;
    const { configFile, advertise = true } = options;
    const config = configFile === undefined ? [] : ['--config', configFile];
    const reticence = advertise ? [] : ['--no_advertise'];
    this.#arguments = [...config, ...serverArguments(own, all), ...reticence];
  }

  get pid(): number {
    if (this.#process === undefined) throw new Error('this NATS server was not started');
    return this.#process.pid;
  }

  async start(): Promise<void> {
    this.#process = await RunningProcess.start(this.#binary, this.#arguments);
    await this.#untilHealthy();
  }

  /** As a power cut would; `start` brings it back with what it had stored. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** Not until every replica has caught up: what clients see of that is what is tested. */
  async #untilHealthy(): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const healthy = await fetch(`${this.monitorUrl}/healthz?js-server-only=true`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      if (this.#process?.exit !== undefined || Date.now() > deadline) {
        throw new Error(`nats-server does not become healthy:\n${this.#process?.output ?? ''}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function serverArguments(own: Plan, all: readonly Plan[]): string[] {
  const single = [
    ...['--addr', '127.0.0.1', '--port', String(own.client.port)],
    ...['--http_port', String(own.monitor.port)],
    ...['--server_name', own.name, '--jetstream', '--store_dir', join(own.folder, own.name)],
  ];
  if (all.length === 1) return single;
  const routes = all.map((other) => `nats://127.0.0.1:${other.cluster.port}`);
  return [
    ...single,
    ...['--cluster_name', 'rollcall-test'],
    ...['--cluster', `nats://127.0.0.1:${own.cluster.port}`, '--routes', routes.join(',')],
  ];
}

async function plan(index: number, folder: string): Promise<Plan> {
  return {
    name: `n${index + 1}`,
    folder,
    client: await reservePort(),
    cluster: await reservePort(),
    monitor: await reservePort(),
  };
}

async function release(own: Plan): Promise<void> {
  await Promise.all([own.client.release(), own.cluster.release(), own.monitor.release()]);
}

async function startInDocker(image: string, size: number): Promise<NatsUnderTest> {
  if (size !== 1) {
    throw new Error(
      'Three servers that can be killed one by one need a nats-server binary, not Docker.',
    );
  }
  const container = await new GenericContainer(image)
    .withCommand(['-js', '-m', '8222'])
    .withExposedPorts(4222, 8222)
    .withWaitStrategy(Wait.forHttp('/healthz', 8222))
    .start();
  const host = container.getHost();
  return {
    urls: [`nats://${host}:${container.getMappedPort(4222)}`],
    monitorUrls: [`http://${host}:${container.getMappedPort(8222)}`],
    servers: [],
    async stop() {
      await container.stop();
    },
  };
}
