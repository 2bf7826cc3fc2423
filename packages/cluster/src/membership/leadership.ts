/**
 * One engine leads: it holds the leader's lease, counts who lives, and writes the shard map. Whoever else believes to
 * lead cannot do harm, since the map is written by compare-and-set.
 */
import type { Timers } from '@rollcall/store';
import type { Logger } from 'pino';
import { Complaint } from '../complaint/complaint.ts';
import type { Coordination } from '../coordination/coordination.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ProcessId } from '../process/process-id.ts';
import { nodeNameOf } from '../process/process-id.ts';
import {
  decodeShardMap,
  encodeShardMap,
  isFenced,
  noMap,
  type ShardMap,
} from '../shard/shard-map.ts';
import type { Census } from './census.ts';
import { drainKeyPrefix, leaderKey, mapKey } from './keys.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { newestOver } from './lost-maps.ts';
import type { FollowedMap } from './map-follower.ts';
import type { Member } from './member.ts';
import { isSameMap, nextMap, sightOf } from './next-map.ts';

export interface LeadershipOptions {
  readonly self: ProcessId;
  readonly coordination: Coordination;
  readonly census: Census;
  /** The newest map that this process knows. */
  readonly followed: () => FollowedMap;
  readonly timers: Timers;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly renewEveryMs: number;
  readonly marginMs: number;
  /** How often the leader looks who lives, and the others whether there is a leader. */
  readonly tickMs: number;
}

export class Leadership {
  readonly #options: LeadershipOptions;
  #keeper: LeaseKeeper | undefined;
  /** Since when this process has heard the others without a gap. */
  #attentiveSinceMs = 0;
  #lastTickMs = 0;
  #cancel: (() => void) | undefined;
  #stopped = false;
  /** The map as it was read last, and what was found to be in order then: looking costs more than comparing. */
  #read = { text: '', map: noMap };
  #inOrder = '';
  /** The revision of a map that is older than what others follow, as it was read last. */
  #outdatedRevision: number | undefined;
  readonly #complaint: Complaint;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    const { log, timers, coordination } = options;
    const quietMs = coordination.leases.ttlMs;
    this.#complaint = new Complaint({ log, timers, what: 'leadership', quietMs });
  }

  get leads(): boolean {
    return this.#keeper?.held === true;
  }

  start(): void {
    this.#tickLater(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#complaint.stop();
    this.#cancel?.();
    await this.#keeper?.release();
    this.#keeper = undefined;
  }

  #tickLater(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.timers.setTimeout(() => {
      void this.#tick().finally(() => this.#tickLater(this.#options.tickMs));
    }, ms);
  }

  async #tick(): Promise<void> {
    try {
      if (this.#keeper === undefined) await this.#standForIt();
      this.#noteAttention();
      if (this.leads) await this.#lead();
    } catch (error) {
      this.#complaint.failed(error);
    }
  }

  /** A leader that was paused, or cut off, has missed what others said: it must not take them for dead. */
  #noteAttention(): void {
    const { self, census, timers, tickMs, renewEveryMs } = this.#options;
    const now = timers.now();
    const wasAway = now - this.#lastTickMs > 3 * tickMs;
    const hears = census.heardWithin(self, 3 * renewEveryMs);
    if (wasAway || !hears) this.#attentiveSinceMs = now;
    this.#lastTickMs = now;
  }

  /** Takes the leader's lease if nobody has it. */
  async #standForIt(): Promise<void> {
    const { self, coordination, timers, log, renewEveryMs, marginMs } = this.#options;
    const keeper = new LeaseKeeper({
      leases: coordination.leases,
      timers,
      key: leaderKey,
      value: () => JSON.stringify({ process: self }),
      renewEveryMs,
      marginMs,
      // The map is written by compare-and-set: whoever leads by mistake changes nothing.
      lapsed: () => Promise.resolve(),
      replaced: () => {
        if (this.#keeper === keeper) this.#keeper = undefined;
      },
      renewed: () => undefined,
      failed: (error) => this.#complaint.failed(error),
    });
    if ((await coordination.leases.read(leaderKey)) !== undefined) return;
    if (!(await keeper.take(0))) return;
    if (this.#stopped) {
      await keeper.release();
      return;
    }
    this.#keeper = keeper;
    log.info({ event: 'leader_elected', process: self });
  }

  async #lead(): Promise<void> {
    const { self, coordination, metrics, log } = this.#options;
    const { facts } = coordination;
    const entry = await facts.read(mapKey);
    const stored = entry === undefined ? noMap : this.#mapIn(entry.value);
    if (stored === undefined) {
      log.error({ event: 'shard_map_unreadable' });
      return;
    }
    const revision = entry?.revision ?? 0;
    const newest = this.#newestOver(stored, entry?.value ?? '');
    const wasOutdated = this.#outdatedRevision === revision;
    this.#outdatedRevision = newest && revision;
    // A follower of NATS may answer with what was: that the map is older is believed when it is read twice.
    if (newest !== undefined && !wasOutdated) return;
    const next = await this.#nextMap(newest ?? stored, newest !== undefined);
    if (next === undefined || !this.leads) return;
    const written = await facts.write(mapKey, encodeShardMap(next), revision);
    const { epoch, engines, frontEnds } = next;
    if (written.ok) {
      if (newest !== undefined)
        log.warn({ event: 'shard_map_lost', process: self, stored: stored.epoch, epoch });
      log.info({ event: 'shard_map_written', epoch, engines, frontEnds });
      return;
    }
    // The next tick reads what is there now, and goes on from that.
    metrics.count('shard_maps_refused');
    log.warn({ event: 'shard_map_refused', process: self, epoch });
  }

  #mapIn(text: string): ShardMap | undefined {
    if (text === this.#read.text) return this.#read.map;
    const map = decodeShardMap(text);
    if (map !== undefined) this.#read = { text, map };
    return map;
  }

  #newestOver(map: ShardMap, text: string): ShardMap | undefined {
    const { followed, census } = this.#options;
    const epochs = census.living().map(({ epoch }) => epoch);
    return newestOver({ map, text }, followed(), epochs);
  }

  /** Undefined where everything is as it should be, unless it has to be written in any case. */
  async #nextMap(map: ShardMap, isLost: boolean): Promise<ShardMap | undefined> {
    const living = this.#living(map);
    const draining = await this.#drainingNodes();
    const sight = sightOf(map, living, draining);
    if (sight === this.#inOrder && !isLost) return undefined;
    const next = nextMap(map, living, draining);
    if (!isSameMap(map, next) || isLost) return next;
    this.#inOrder = sight;
    return undefined;
  }

  /**
   * Those who were heard of lately. Whoever has just begun to lead, or to listen, has not heard of everyone yet: until a
   * lease's length has passed, those in the map are taken to live.
   */
  #living(map: ShardMap): readonly Member[] {
    const { census, coordination, timers } = this.#options;
    const living = census.living().filter(({ process }) => !isFenced(map, process));
    if (timers.now() - this.#attentiveSinceMs >= coordination.leases.ttlMs) return living;
    const heard = new Set(living.map(({ process }) => nodeNameOf(process)));
    const engines = new Set(map.engines);
    const frontEnds = new Set(map.frontEnds);
    const unheard = [...new Set([...engines, ...frontEnds])].filter(
      (process) => !heard.has(nodeNameOf(process)),
    );
    return [
      ...living,
      ...unheard.map((process) => ({
        ...unknownMember,
        process,
        engine: engines.has(process),
        frontEnd: frontEnds.has(process),
      })),
    ];
  }

  async #drainingNodes(): Promise<ReadonlySet<string>> {
    const entries = await this.#options.coordination.facts.entries(drainKeyPrefix);
    return new Set(entries.map(({ key }) => key.slice(drainKeyPrefix.length)));
  }
}

/** `moving` keeps the leader from balancing while it does not know. */
const unknownMember = {
  draining: false,
  epoch: 0,
  moving: 1,
  shards: 0,
  sessions: 0,
  lag: 0,
  startedAtMs: 0,
  version: '',
};
