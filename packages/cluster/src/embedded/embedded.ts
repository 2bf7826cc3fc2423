/**
 * Everything in one process: what `rollcall start` runs without a cluster, and what a gateway embeds. The bus is a
 * function call; one node owns all shards.
 */
import {
  systemTimers,
  type AccountStore,
  type HandshakeQueue,
  type RecordStore,
  type Timers,
} from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { PresenceRules } from '@rollcall/presence';
import { presenceCore } from '../actor/presence-core.ts';
import { StoreAdmin, type EngineAdmin } from '../admin/engine-admin.ts';
import { DirectOrders, QueuedOrders } from '../admin/orders.ts';
import { Engine } from '../engine/engine.ts';
import { noOfflineStore, type OfflineStore } from '../engine/offline-store.ts';
import { Served, type DomainHandler } from '../engine/served.ts';
import { Gate } from '../gate/gate.ts';
import type { SessionGate } from '../gate/session-gate.ts';
import { wakeUnsettled } from '../handshake/unsettled.ts';
import { defaultClusterLimits, type ClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { LocalPost } from '../post/post.local.ts';
import { processIdOf } from '../process/process-id.ts';
import { shardCount } from '../shard/shard-of.ts';
import { systemRandom, systemTurns } from '../time/system.ts';
import type { Turns } from '../time/turns.ts';

export interface EmbeddedOptions {
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  /** Replace the core's defaults. */
  readonly rules?: Partial<PresenceRules>;
  /** Prepared domain names that have users here. */
  readonly domains: readonly string[];
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly limits?: Partial<ClusterLimits>;
  /** Who answers for the served domains themselves, and for components' domains. */
  readonly handlers?: ReadonlyMap<string, DomainHandler>;
  readonly offline?: OfflineStore;
  /** Other processes own the users: what is ordered of them goes through the durable queue. Not to be started then. */
  readonly ownedElsewhere?: boolean;
  readonly timers?: Timers;
  readonly turns?: Turns;
  /** From 0 up to 1, 1 excluded. */
  readonly random?: () => number;
}

export interface Embedded {
  readonly gate: SessionGate;
  readonly admin: EngineAdmin;
  /** A stanza of a component's, `from` set, on its way to whomever it is addressed to. */
  route(stanza: Stanza): void;
  /**
   * Takes up unfinished handshakes and takes new ones. Before it, and without it, `admin` works: beside a running
   * server, records are written by compare-and-set. Rejects with `StoreError`.
   */
  start(): Promise<void>;
  /** Ends the sessions and makes durable what is only in memory, or gives up after `timeoutMs`. */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
}

export function createEmbedded(options: EmbeddedOptions): Embedded {
  const { records, accounts, queue, log } = options;
  const { timers = systemTimers, turns = systemTurns, random = systemRandom } = options;
  const { metrics = noMetrics, offline = noOfflineStore, handlers = new Map() } = options;
  const limits = { ...defaultClusterLimits, ...options.limits };
  const post = new LocalPost({
    self: processIdOf('embedded', 1),
    turns,
    budgetPerTurn: limits.recipientsPerTurn * 8,
    handle: (envelope) => engine.receive(envelope),
    deliver: (envelope) => gate.receive(envelope),
  });
  const served = new Served(options.domains, handlers);
  const upSinceMs = timers.now();
  const engine = new Engine({
    core: presenceCore(options.rules ?? {}, (jid) =>
      served.isServedDomain(jid) ? upSinceMs : undefined,
    ),
    records,
    accounts,
    queue,
    timers,
    turns,
    served,
    offline,
    limits,
    metrics,
    log,
    post,
    mayAct: () => true,
  });
  const gate = new Gate({ post, timers, random, limits, metrics });
  metrics.gauge('actors_resident', () => engine.residents.size);
  metrics.gauge('mailbox_depth', () => engine.residents.depth);
  metrics.gauge('turn_depth', () => post.depth);
  return {
    gate,
    admin: new StoreAdmin({
      engine,
      accounts,
      queue,
      random,
      orders:
        options.ownedElsewhere === true
          ? new QueuedOrders(queue, random)
          : new DirectOrders(engine.residents),
    }),
    route: (stanza) => engine.route(stanza),
    async start() {
      const shards = Array.from({ length: shardCount }, (_, shard) => shard);
      await Promise.all(shards.map((shard) => engine.intake.open(shard)));
      const woken = await wakeUnsettled({
        records,
        residents: engine.residents,
        atOnce: limits.wakingAtOnce,
        owns: () => true,
      });
      log.info({ event: 'engine_started', unsettledUsers: woken });
    },
    async stop({ timeoutMs }) {
      const deadlineMs = timers.now() + timeoutMs;
      await gate.close(timeoutMs);
      await engine.settle(Math.max(0, deadlineMs - timers.now()));
      log.info({ event: 'engine_stopped' });
    },
  };
}
