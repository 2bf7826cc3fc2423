/**
 * One process's part in the cluster: its name and lease, the map that it follows, what an operator asks of it, and, for
 * an engine, whom it hears of and whether it leads.
 */
import type { Timers } from '@rollcall/store';
import type { Logger } from 'pino';
import { Complaint } from '../complaint/complaint.ts';
import type { Coordination } from '../coordination/coordination.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { nodeNameOf, type ProcessId } from '../process/process-id.ts';
import type { ShardMap } from '../shard/shard-map.ts';
import { Census } from './census.ts';
import { claimName } from './claim.ts';
import type { ClusterTiming } from './cluster-timing.ts';
import { confirmNewest } from './incarnation.ts';
import { drainKeyPrefix, nodeKeyPrefix } from './keys.ts';
import { Leadership } from './leadership.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { MapFollower } from './map-follower.ts';

export interface MembershipOptions {
  readonly self: ProcessId;
  readonly isEngine: boolean;
  readonly coordination: Coordination;
  readonly timers: Timers;
  readonly timing: ClusterTiming;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** What the process says of itself; read anew for each renewal. */
  readonly lease: () => string;
  /** The lease is certainly held, again. */
  readonly renewed: () => void;
  /** Another process has taken the name for good. */
  readonly replaced: () => void;
  /** There is a newer map. */
  readonly changed: (map: ShardMap, before: ShardMap) => void;
  /** An operator wants the process to be relieved, or no longer. */
  readonly drainChanged: (isWanted: boolean) => void;
}

export class Membership {
  readonly #options: MembershipOptions;
  readonly #keeper: LeaseKeeper;
  readonly #census: Census;
  readonly #follower: MapFollower;
  readonly #leadership: Leadership | undefined;
  #drainWatch: { readonly stop: () => void } | undefined;
  readonly #complaint: Complaint;
  #isDrainWanted = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { self, coordination, timers, timing, metrics, log } = options;
    const { lease, renewed, replaced, changed } = options;
    this.#complaint = new Complaint({
      log,
      timers,
      what: 'coordination',
      quietMs: coordination.leases.ttlMs,
      about: { process: self },
    });
    const failed = (error: unknown) => this.#complaint.failed(error);
    this.#keeper = new LeaseKeeper({
      leases: coordination.leases,
      timers,
      key: nodeKeyPrefix + nodeNameOf(self),
      value: lease,
      renewEveryMs: timing.renewEveryMs,
      marginMs: timing.marginMs,
      lapsed: () => this.#catchUp(),
      replaced,
      renewed,
      failed,
    });
    this.#follower = new MapFollower({
      facts: coordination.facts,
      timers,
      lookEveryMs: timing.lookEveryMs,
      changed,
      failed,
    });
    this.#census = new Census({
      leases: coordination.leases,
      timers,
      renewEveryMs: timing.renewEveryMs,
      failed,
    });
    this.#leadership = options.isEngine
      ? new Leadership({
          self,
          coordination,
          census: this.#census,
          followed: () => this.#follower.followed,
          timers,
          metrics,
          log,
          ...timing,
        })
      : undefined;
  }

  get map(): ShardMap {
    return this.#follower.map;
  }

  /** Whether the lease is certainly held. */
  get isHeld(): boolean {
    return this.#keeper.held;
  }

  get isDrainWanted(): boolean {
    return this.#isDrainWanted;
  }

  /** When the oldest of the engines that live came up, as far as this process can tell, epoch milliseconds. */
  get oldestEngineSinceMs(): number {
    const engines = this.#census.living().filter(({ engine }) => engine);
    return Math.min(...engines.map(({ startedAtMs }) => startedAtMs));
  }

  /** Takes the name and begins to follow the map. Rejects with `CoordinationError`. */
  async join(): Promise<void> {
    const { self, coordination, timers, timing } = this.#options;
    const nodeName = nodeNameOf(self);
    const { leases, facts } = coordination;
    const waitMs = timing.claimWaitMs;
    await claimName({ leases, timers, nodeName, keeper: this.#keeper, waitMs });
    const drainKey = drainKeyPrefix + nodeName;
    // It was asked of a former life.
    const drain = await facts.read(drainKey);
    if (drain) await facts.remove(drain.key, drain.revision);
    this.#drainWatch = await facts.watch(({ key, value }) => {
      if (key === drainKey) this.#drainAsked(value !== undefined);
    });
    await this.#follower.start();
    if (this.#leadership === undefined) return;
    await this.#census.start();
    this.#leadership.start();
  }

  /** Looks for a newer map. */
  look(): void {
    this.#follower.look();
  }

  /** The lease says something else now. */
  renewNow(): void {
    this.#keeper.renewNow();
  }

  /** Gives up the leases, so that nobody has to wait until they have run out. */
  async release(): Promise<void> {
    await this.#leadership?.stop();
    await this.#keeper.release();
  }

  /** At once; the leases run out. */
  end(): void {
    // Whoever has left asks for nothing more; that its connection is closed then is no failure.
    this.#complaint.stop();
    this.#keeper.stop();
    void this.#leadership?.stop();
    this.#census.stop();
    this.#follower.stop();
    this.#drainWatch?.stop();
  }

  /** Its shards may have been given away while it was silent: the map is read before it acts again. */
  async #catchUp(): Promise<void> {
    const { self, isEngine, coordination, replaced } = this.#options;
    if (!isEngine) return;
    if (await confirmNewest(coordination.facts, self)) await this.#follower.lookNow();
    else {
      this.#keeper.stop();
      replaced();
    }
  }

  #drainAsked(isWanted: boolean): void {
    if (this.#isDrainWanted === isWanted) return;
    this.#isDrainWanted = isWanted;
    this.#options.drainChanged(isWanted);
    this.renewNow();
  }
}
