/**
 * A process of a cluster: engine, front-end or both. The cluster may declare a process dead that is not, because it was
 * paused or cut off; it then begins another life, with nothing of the former one.
 */
import type { PresenceRules } from '@rollcall/presence';
import {
  systemTimers,
  within,
  type AccountStore,
  type HandshakeQueue,
  type RecordStore,
  type Timers,
} from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import { presenceCore } from '../actor/presence-core.ts';
import { StoreAdmin, type EngineAdmin } from '../admin/engine-admin.ts';
import { QueuedOrders } from '../admin/orders.ts';
import type { JoinBus } from '../bus/bus.ts';
import { CoordinationError, type Coordination } from '../coordination/coordination.ts';
import { noOfflineStore, type OfflineStore } from '../engine/offline-store.ts';
import { Served, type DomainHandler } from '../engine/served.ts';
import type { SessionGate } from '../gate/session-gate.ts';
import { defaultClusterLimits, type ClusterLimits } from '../limits/cluster-limits.ts';
import { defaultLinkLimits, type LinkLimits } from '../link/link-limits.ts';
import { nextIncarnation } from '../membership/incarnation.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { PeerExchange } from '../peers/exchange.ts';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import { systemRandom, systemTurns } from '../time/system.ts';
import type { Turns } from '../time/turns.ts';
import { timingOf, type ClusterTiming } from '../membership/cluster-timing.ts';
import { GateOfLives } from './gate-of-lives.ts';
import { Life } from './life.ts';

export interface NodeOptions {
  /** Names the node for as long as it is part of the cluster, over restarts. */
  readonly name: string;
  readonly roles: { readonly engine: boolean; readonly frontEnd: boolean };
  readonly joinBus: JoinBus;
  readonly coordination: Coordination;
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  /** Prepared domain names that have users here. */
  readonly domains: readonly string[];
  readonly log: Logger;
  /** Of the software, for operators. */
  readonly version?: string;
  /** Replace the core's defaults. */
  readonly rules?: Partial<PresenceRules>;
  /** Makes the presence core; left out: the real one. For simulations with a core that fails on purpose. */
  readonly coreOf?: typeof presenceCore;
  readonly metrics?: Metrics;
  readonly limits?: Partial<ClusterLimits>;
  readonly linkLimits?: Partial<LinkLimits>;
  readonly timing?: Partial<ClusterTiming>;
  readonly handlers?: ReadonlyMap<string, DomainHandler>;
  readonly offline?: OfflineStore;
  readonly timers?: Timers;
  readonly turns?: Turns;
  /** From 0 up to 1, 1 excluded. */
  readonly random?: () => number;
  /** The node cannot be part of the cluster any more: another process has its name for good. */
  readonly failed?: (error: unknown) => void;
  /** An operator wants the node to be relieved of its shards and to get no new sessions, or no longer. */
  readonly drainChanged?: (isWanted: boolean) => void;
}

export interface ClusterNode {
  readonly gate: SessionGate;
  readonly admin: EngineAdmin;
  /** A stanza of a component's, `from` set, on its way to whomever it is addressed to. */
  route(stanza: Stanza): void;
  /** Name and incarnation of the current life; undefined before the first. */
  readonly process: ProcessId | undefined;
  /** Of the shard map that the node follows. */
  readonly epoch: number;
  /** Resolves when the cluster knows the node. Rejects with `CoordinationError`, for instance `node_name_taken`. */
  start(): Promise<void>;
  /** Ends the sessions, hands the shards over and leaves, or gives up after `timeoutMs`. */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
  /** At once, without a word to anyone, as if the process had died: for tests. */
  crash(): void;
}

export function createNode(options: NodeOptions): ClusterNode {
  return new Node(options);
}

class Node implements ClusterNode {
  readonly gate: SessionGate;
  readonly #options: NodeOptions;
  readonly #timers: Timers;
  readonly #turns: Turns;
  readonly #random: () => number;
  readonly #metrics: Metrics;
  readonly #limits: ClusterLimits;
  readonly #peers: PeerExchange;
  readonly #orders: QueuedOrders;
  #life: Life | undefined;
  /** Not part of the cluster yet. */
  #coming: Life | undefined;
  #process: ProcessId | undefined;
  /** Settled when the life that began last is part of the cluster, or will not be. */
  #whenCome: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#turns = options.turns ?? systemTurns;
    this.#random = options.random ?? systemRandom;
    this.#metrics = options.metrics ?? noMetrics;
    this.#limits = { ...defaultClusterLimits, ...options.limits };
    this.#peers = new PeerExchange(() => this.#life ?? this.#coming);
    this.#orders = new QueuedOrders(options.queue, this.#random);
    this.gate = new GateOfLives(() => this.#life, this.#peers);
    this.#metrics.gauge('sessions', () => this.#life?.gate.size ?? 0);
    this.#metrics.gauge('actors_resident', () => this.#life?.engine.residents.size ?? 0);
    this.#metrics.gauge('mailbox_depth', () => this.#life?.engine.residents.depth ?? 0);
    this.#metrics.gauge('turn_depth', () => this.#life?.envelopesWaiting ?? 0);
  }

  get admin(): EngineAdmin {
    const { accounts, queue } = this.#options;
    return new StoreAdmin({
      engine: this.#living().engine,
      accounts,
      queue,
      random: this.#random,
      orders: this.#orders,
    });
  }

  route(stanza: Stanza): void {
    this.#life?.engine.route(stanza);
  }

  get process(): ProcessId | undefined {
    return this.#process;
  }

  get epoch(): number {
    return this.#life?.epoch ?? 0;
  }

  start(): Promise<void> {
    const coming = this.#comeToLife();
    this.#whenCome = coming.catch(() => undefined);
    return coming;
  }

  async #comeToLife(): Promise<void> {
    const { name, coordination, joinBus, domains, log } = this.#options;
    const incarnation = await nextIncarnation(coordination.facts, name);
    const self = processIdOf(name, incarnation);
    const coreOf = this.#options.coreOf ?? presenceCore;
    const served = new Served(domains, this.#options.handlers ?? new Map());
    const life: Life = new Life({
      ...this.#options,
      self,
      bus: await joinBus(self),
      core: coreOf(this.#options.rules ?? {}, (jid) =>
        served.isServedDomain(jid) ? life.upSinceMs : undefined,
      ),
      timers: this.#timers,
      turns: this.#turns,
      random: this.#random,
      served,
      offline: this.#options.offline ?? noOfflineStore,
      limits: this.#limits,
      linkLimits: { ...defaultLinkLimits, ...this.#options.linkLimits },
      timing: { ...timingOf(coordination.leases.ttlMs), ...this.#options.timing },
      metrics: this.#metrics,
      version: this.#options.version ?? '',
      peers: this.#peers,
      declaredDead: () => this.#beginAnew(),
      drainChanged: (isWanted) => this.#options.drainChanged?.(isWanted),
    });
    this.#coming = life;
    try {
      await life.start();
    } catch (error) {
      life.end();
      throw error;
    } finally {
      this.#coming = undefined;
    }
    this.#life = life;
    this.#process = self;
    log.info({ event: 'node_started', process: self, epoch: life.epoch });
  }

  async stop({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    this.#stopped = true;
    const deadlineMs = this.#timers.now() + timeoutMs;
    // A life that is just beginning can leave in good order only when it has become part of the cluster.
    await within(this.#timers, this.#whenCome, timeoutMs);
    this.#coming?.end();
    await this.#life?.stop(Math.max(0, deadlineMs - this.#timers.now()));
  }

  crash(): void {
    this.#stopped = true;
    this.#coming?.end();
    this.#life?.end();
    this.#life = undefined;
  }

  #living(): Life {
    if (this.#life === undefined) throw new Error('the node has not been started');
    return this.#life;
  }

  #beginAnew(): void {
    this.#life = undefined;
    this.#peers.cutOff();
    if (this.#stopped) return;
    // It was asked of the life that is over.
    this.#options.drainChanged?.(false);
    this.start().catch((error: unknown) => {
      if (this.#stopped) return;
      const isTaken = error instanceof CoordinationError && error.code === 'node_name_taken';
      if (isTaken) {
        this.#options.log.fatal({ event: 'node_name_taken', node: this.#options.name, err: error });
        this.#options.failed?.(error);
        return;
      }
      this.#options.log.warn({ event: 'restart_failed', node: this.#options.name, err: error });
      this.#timers.setTimeout(() => this.#beginAnew(), this.#limits.retryMaxMs);
    });
  }
}
