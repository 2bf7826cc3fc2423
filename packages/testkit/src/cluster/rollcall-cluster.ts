// A whole cluster under test: real NATS servers, engines and front-ends as real processes on loopback ports.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XmppClient } from '../client/xmpp-client.ts';
import type { LoginOptions } from '../client/xmpp-client.ts';
import { startNats } from '../nats/nats-server.ts';
import type { NatsOptions, NatsUnderTest } from '../nats/nats-server.ts';
import { patienceMs } from '../patience.ts';
import { scramVerifiers } from '../servers/scram-verifiers.ts';
import { ClusterNodeProcess, rollcallCommandOutput } from './cluster-node.ts';

export interface ClusterOptions {
  readonly natsServers?: 1 | 3;
  /** Further wishes of the NATS servers. */
  readonly nats?: Omit<NatsOptions, 'size'>;
  readonly engines?: number;
  readonly frontEnds?: number;
  readonly leaseTtlMs?: number;
  /** Variables of every node and command, besides. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Components that may connect to the front-ends: secrets by domain. */
  readonly components?: Readonly<Record<string, string>>;
}

/** What sets one node apart from the others. */
export interface NodeWishes {
  readonly natsUrls?: readonly string[];
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ImportedAccount {
  readonly name: string;
  /** Names of those with whom the subscription is mutual. */
  readonly contacts?: readonly string[];
}

export const clusterDomain = 'localhost';
/** Of every account: what is tested here is not the hashing. */
export const clusterPassword = 'secret';

export class RollcallCluster {
  readonly nats: NatsUnderTest;
  readonly engines: ClusterNodeProcess[] = [];
  readonly frontEnds: ClusterNodeProcess[] = [];
  readonly #directory: string;
  readonly #components: ClusterOptions['components'];
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(nats: NatsUnderTest, directory: string, options: ClusterOptions) {
    this.nats = nats;
    this.#directory = directory;
    this.#components = options.components;
    this.#environment = {
      ROLLCALL_NATS_CONNECTION_REPLICAS: String(options.natsServers ?? 1),
      ROLLCALL_NATS_CONNECTION_LEASE_TTL_MS: String(options.leaseTtlMs ?? 3_000),
      ...options.environment,
    };
  }

  /** Resolves when all nodes are ready. Nothing is left running when it rejects. */
  static async start(options: ClusterOptions = {}): Promise<RollcallCluster> {
    const nats = await startNats({ ...options.nats, size: options.natsServers ?? 1 });
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-cluster-'));
    const cluster = new RollcallCluster(nats, directory, options);
    try {
      for (let index = 1; index <= (options.engines ?? 2); index++)
        await cluster.addNode('engine', `engine-${index}`);
      for (let index = 1; index <= (options.frontEnds ?? 2); index++)
        await cluster.addNode('front-end', `front-end-${index}`);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get nodes(): readonly ClusterNodeProcess[] {
    return [...this.engines, ...this.frontEnds];
  }

  async addNode(
    role: ClusterNodeProcess['role'],
    name: string,
    wishes: NodeWishes = {},
  ): Promise<ClusterNodeProcess> {
    const node = await this.planNode(role, name, wishes);
    (role === 'front-end' ? this.frontEnds : this.engines).push(node);
    await node.start();
    return node;
  }

  /** A node that the caller starts, and vacates. */
  planNode(
    role: ClusterNodeProcess['role'],
    name: string,
    wishes: NodeWishes = {},
  ): Promise<ClusterNodeProcess> {
    return ClusterNodeProcess.plan({
      name,
      role,
      natsUrls: wishes.natsUrls ?? this.nats.urls,
      directory: join(this.#directory, name),
      options: wishes.options ?? [],
      environment: { ...this.#environment, ...wishes.environment },
      ...(this.#components === undefined ? {} : { components: this.#components }),
    });
  }

  /** Adds accounts with mutual subscriptions, as `rollcall import` does. */
  async importAccounts(accounts: readonly ImportedAccount[]): Promise<void> {
    const scram = scramVerifiers(clusterPassword);
    const lines = accounts.map(({ name, contacts = [] }) =>
      JSON.stringify({
        jid: `${name}@${clusterDomain}`,
        scram,
        roster: contacts.map((contact) => ({
          jid: `${contact}@${clusterDomain}`,
          subscription: 'both',
        })),
      }),
    );
    const file = join(this.#directory, 'accounts.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    await this.command('import', file);
    await this.#untilQueueIsEmpty();
  }

  /** Engines learn of what was imported by their queues, which after a start or a loss wait for JetStream's elections. */
  async #untilQueueIsEmpty(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      // It exits with 1 while something is amiss, for instance an election.
      const answer = await this.command('status', '--json').catch(() => undefined);
      if (answer !== undefined && handshakesWaitingIn(answer) === 0) return;
      if (performance.now() > deadline) throw new Error(`no engine takes what was imported`);
    }
  }

  /** What another word of the command prints, run against this cluster. */
  command(...args: readonly string[]): Promise<string> {
    return this.commandWith({}, ...args);
  }

  /** The same with other variables. */
  commandWith(
    environment: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<string> {
    const urls = this.nats.urls.join(',');
    return rollcallCommandOutput([...args, '--nats', urls], {
      ...this.#environment,
      ...environment,
    });
  }

  engine(index: number): ClusterNodeProcess {
    return nodeAt(this.engines, index);
  }

  frontEnd(index: number): ClusterNodeProcess {
    return nodeAt(this.frontEnds, index);
  }

  /** Logs in and sends initial presence, with which the server is done when this resolves. */
  async comeOnline(
    name: string,
    at: ClusterNodeProcess | number,
    options: Partial<LoginOptions> = {},
  ): Promise<XmppClient> {
    const client = await this.login(name, at, options);
    client.send('<presence/>');
    await client.ping();
    return client;
  }

  /** `at` is a front-end, or the number of one. */
  login(
    name: string,
    at: ClusterNodeProcess | number,
    options: Partial<LoginOptions> = {},
  ): Promise<XmppClient> {
    const { port } = typeof at === 'number' ? this.frontEnd(at) : at;
    return XmppClient.login({
      host: '127.0.0.1',
      port,
      domain: clusterDomain,
      name,
      password: clusterPassword,
      ...options,
    });
  }

  /** What the nodes have written lately, for people who read why a test failed. */
  log(charsPerNode = 6_000): string {
    return this.nodes
      .map(({ name, output }) => `=== ${name}\n${output.slice(-charsPerNode)}`)
      .join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.frontEnds.map((node) => node.vacate()));
    await Promise.all(this.engines.map((node) => node.vacate()));
    await this.nats.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function nodeAt(nodes: readonly ClusterNodeProcess[], index: number): ClusterNodeProcess {
  const node = nodes[index];
  if (node === undefined) throw new Error(`the cluster has no such node: ${index}`);
  return node;
}

function handshakesWaitingIn(status: string): number {
  return (JSON.parse(status) as { readonly handshakesWaiting: number }).handshakesWaiting;
}
