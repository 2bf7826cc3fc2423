/**
 * One life of a node: everything that belongs to one incarnation. It ends when the node stops, or when the cluster has
 * declared it dead; whatever comes after is another life.
 */
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Coordination } from '../coordination/coordination.ts';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { RecentSpeakers } from '../engine/recent-speakers.ts';
import { Succession } from '../engine/succession.ts';
import type { Envelope, ToOwner } from '../envelope/envelope.ts';
import { Gate } from '../gate/gate.ts';
import type { LinkLimits } from '../link/link-limits.ts';
import { Links } from '../link/links.ts';
import { Census } from '../membership/census.ts';
import { claimName } from '../membership/claim.ts';
import { drainKeyPrefix, nodeKeyPrefix } from '../membership/keys.ts';
import { Leadership } from '../membership/leadership.ts';
import { LeaseKeeper } from '../membership/lease-keeper.ts';
import { MapFollower } from '../membership/map-follower.ts';
import { encodeMember } from '../membership/member.ts';
import { Routes, type Opened } from '../ownership/routes.ts';
import { Tenures } from '../ownership/tenures.ts';
import type { PeerExchange, PeerWay } from '../peers/exchange.ts';
import type { PeerMessage } from '../peers/front-end-peers.ts';
import { ClusterPost } from '../post/post.cluster.ts';
import { nodeNameOf, type ProcessId } from '../process/process-id.ts';
import { isFenced, membersOf, type ShardMap } from '../shard/shard-map.ts';
import { announce } from './announce.ts';
import type { ClusterTiming } from './cluster-timing.ts';
import { audit } from './audit.ts';
import { dispatch } from './dispatch.ts';

export interface LifeOptions extends Omit<EngineOptions, 'post' | 'recent' | 'mayAct'> {
  readonly self: ProcessId;
  readonly roles: { readonly engine: boolean; readonly frontEnd: boolean };
  readonly bus: Bus;
  readonly coordination: Coordination;
  readonly timing: ClusterTiming;
  readonly linkLimits: LinkLimits;
  readonly random: () => number;
  readonly version: string;
  readonly peers: PeerExchange;
  readonly log: Logger;
  /** The cluster goes on without this life: it was declared dead, or another process has taken its name. */
  readonly declaredDead: (why: string) => void;
}

export class Life implements PeerWay {
  readonly gate: Gate;
  readonly engine: Engine;
  readonly #options: LifeOptions;
  readonly #post: ClusterPost;
  readonly #links: Links;
  readonly #routes: Routes;
  readonly #tenures: Tenures;
  readonly #succession: Succession;
  readonly #keeper: LeaseKeeper;
  readonly #census: Census;
  readonly #follower: MapFollower;
  readonly #leadership: Leadership | undefined;
  readonly #startedAtMs: number;
  #members: ReadonlySet<ProcessId> = new Set();
  #draining = false;
  #over = false;
  #whenListed: (() => void)[] = [];
  #whenEmpty: (() => void)[] = [];

  constructor(options: LifeOptions) {
    this.#options = options;
    const { self, bus, coordination, timers, turns, timing, limits, metrics, log } = options;
    this.#startedAtMs = timers.now();
    const isMember = (process: ProcessId) => this.#members.has(process);
    const epoch = () => this.#follower.map.epoch;
    this.#post = new ClusterPost({
      self,
      turns,
      budgetPerTurn: limits.recipientsPerTurn * 8,
      waitingPerShard: limits.waitingPerShard,
      metrics,
      epoch,
      isMember,
      dispatch: (from, envelope) => this.#take(from, envelope),
      deliver: (envelope) => this.gate.receive(envelope),
    });
    this.#links = new Links({
      bus,
      timers,
      turns,
      limits: options.linkLimits,
      epoch,
      isMember,
      deliver: (from, envelopes) => {
        for (const envelope of envelopes) this.#post.arrived(from, envelope);
      },
      lost: (peer, direction) => this.#lost(peer, direction),
      behind: () => this.#follower.look(),
    });
    this.#routes = new Routes({
      leave: (owner, shard, since) => this.#post.send(owner, { kind: 'leave', shard, since }),
      opened: (shards) => this.#opened(shards),
    });
    this.#post.useWays({ links: this.#links, routes: this.#routes });
    this.engine = new Engine({
      ...options,
      post: this.#post,
      recent: new RecentSpeakers(timers, timing.memoryMs, limits.recentSpeakers),
      mayAct: () => this.#keeper.held && !this.#over,
    });
    this.gate = new Gate({
      post: this.#post,
      timers,
      random: options.random,
      limits,
      metrics,
      cluster: { memoryMs: timing.memoryMs },
    });
    this.#succession = new Succession({
      engine: this.engine,
      records: options.records,
      post: this.#post,
      turns,
      log,
      isMember,
      serves: (shard) => this.#tenures.serves(shard),
    });
    this.#tenures = new Tenures({
      self,
      metrics,
      queueLimit: limits.waitingPerShard,
      send: (to, envelope) => this.#post.send(to, envelope),
      handle: (envelope) => this.#serve(envelope),
      settled: (shard, announced) => this.#succession.take(shard, announced),
      announcedAgain: (from, sessions) => this.#succession.takeAgain(from, sessions),
      finish: (shard) => this.#succession.finish(shard),
      changed: () => this.#tenuresChanged(),
    });
    const failed = (error: unknown) =>
      log.warn({ event: 'coordination_failed', process: self, err: error });
    this.#keeper = new LeaseKeeper({
      leases: coordination.leases,
      timers,
      key: nodeKeyPrefix + nodeNameOf(self),
      value: () => this.#lease(),
      renewEveryMs: timing.renewEveryMs,
      marginMs: timing.marginMs,
      replaced: () => this.#die('another process has taken the name of this node'),
      renewed: () => this.#mayActAgain(),
      failed,
    });
    this.#follower = new MapFollower({
      facts: coordination.facts,
      timers,
      lookEveryMs: timing.lookEveryMs,
      changed: (map, before) => this.#follow(map, before),
      failed,
    });
    this.#census = new Census(coordination.leases, timers);
    this.#leadership = options.roles.engine
      ? new Leadership({ self, coordination, census: this.#census, timers, log, ...timing })
      : undefined;
  }

  get epoch(): number {
    return this.#follower.map.epoch;
  }

  /** When the oldest of the engines that serve now came up, epoch milliseconds: the served domains are up since then. */
  get upSinceMs(): number {
    const engines = this.#census.living().filter(({ engine }) => engine);
    return Math.min(this.#startedAtMs, ...engines.map(({ startedAtMs }) => startedAtMs));
  }

  get self(): ProcessId {
    return this.#options.self;
  }

  isFrontEnd(process: string): boolean {
    return this.#follower.map.frontEnds.includes(process as ProcessId);
  }

  send(to: ProcessId, message: PeerMessage): void {
    this.#post.send(to, { kind: 'peer', message });
  }

  get envelopesWaiting(): number {
    return this.#post.depth;
  }

  /** Resolves when the cluster knows this process. Rejects with `CoordinationError`. */
  async start(): Promise<void> {
    const { self, coordination, timers, timing } = this.#options;
    const nodeName = nodeNameOf(self);
    await claimName({
      leases: coordination.leases,
      timers,
      nodeName,
      keeper: this.#keeper,
      waitMs: timing.claimWaitMs,
    });
    const drain = await coordination.facts.read(drainKeyPrefix + nodeName);
    if (drain) await coordination.facts.remove(drain.key, drain.revision);
    await this.#follower.start();
    if (this.#leadership !== undefined) {
      await this.#census.start();
      this.#leadership.start();
    }
    if (this.#members.has(self)) return;
    await new Promise<void>((resolve) => this.#whenListed.push(resolve));
  }

  /** Ends the sessions, hands the shards over if there is somebody to take them, and leaves the cluster. */
  async stop(timeoutMs: number): Promise<void> {
    const { timers, log, self } = this.#options;
    const deadlineMs = timers.now() + timeoutMs;
    const left = () => Math.max(0, deadlineMs - timers.now());
    await this.gate.close(left());
    await this.#handOver(left());
    await this.engine.settle(left());
    await this.#within(this.#links.drained(), left());
    try {
      await this.#leadership?.stop();
      await this.#keeper.release();
    } catch (error) {
      // The lease runs out by itself; a coordination service that is away must not keep the process.
      log.warn({ event: 'lease_not_released', process: self, err: error });
    }
    this.end();
    log.info({ event: 'node_stopped', process: self });
  }

  /** At once, without a word to anyone: as if the process had died. */
  end(): void {
    this.#over = true;
    this.#keeper.stop();
    void this.#leadership?.stop();
    this.#census.stop();
    this.#follower.stop();
    this.#links.stop();
    this.gate.stop();
    this.engine.abandon();
    void this.#options.bus.close();
  }

  #die(why: string): void {
    if (this.#over) return;
    const { log, self, declaredDead } = this.#options;
    log.error({ event: 'declared_dead', process: self, why });
    this.end();
    this.gate.closeAll(
      'system-shutdown',
      'This part of the server starts anew. Come back at once.',
    );
    declaredDead(why);
  }

  #follow(map: ShardMap, before: ShardMap): void {
    if (this.#over) return;
    const { self, log } = this.#options;
    this.#members = membersOf(map);
    if (isFenced(map, self)) {
      this.#die('the cluster has heard nothing of this process for the length of a lease');
      return;
    }
    log.debug({ event: 'shard_map_followed', process: self, epoch: map.epoch });
    const gone = before.frontEnds.filter((frontEnd) => !map.frontEnds.includes(frontEnd));
    if (gone.length > 0) this.#succession.endStrangers(() => true);
    for (const frontEnd of gone) this.#options.peers.gone(frontEnd);
    if (this.#members.has(self)) {
      this.#tenures.follow(map);
      this.#routes.follow(map);
      for (const resolve of this.#whenListed.splice(0)) resolve();
    }
    this.#links.mapChanged();
    this.#keeper.renewNow();
  }

  #take(from: ProcessId, envelope: Envelope): void {
    if (this.#over) return;
    const { metrics, log } = this.#options;
    try {
      dispatch(from, envelope, {
        gate: this.gate,
        routes: this.#routes,
        tenures: this.#tenures,
        post: this.#post,
        peers: this.#options.peers,
      });
    } catch (error) {
      metrics.count('envelopes_failed');
      log.error({ event: 'envelope_failed', kind: envelope.kind, from, err: error });
    }
  }

  /** What has come for a shard that is served here. */
  #serve(envelope: ToOwner): void {
    if (envelope.kind !== 'audit') {
      this.engine.receive(envelope);
      return;
    }
    const { replyTo } = envelope;
    void this.#succession.gone(envelope.sessions).then((sessions) => {
      if (sessions.length > 0) this.#post.send(replyTo as ProcessId, { kind: 'gone', sessions });
    });
  }

  #opened(shards: readonly Opened[]): void {
    announce(shards, this.#post, this.gate);
    for (const { shard } of shards) this.#post.flush(shard);
    const lossy = shards.filter(({ lost }) => lost !== 'nothing').map(({ shard }) => shard);
    if (lossy.length === 0) return;
    // Who came or changed, and who has gone, without users of these shards being told.
    this.#succession.sayRecentAgain(new Set(lossy));
    audit(this.gate.shownTo(new Set(lossy)), this.#post);
  }

  /**
   * What was sent may be gone. What is told to an owner is told again; engines say again what they show, and gates ask
   * which of those that they show are gone.
   */
  #lost(peer: ProcessId, direction: 'sent' | 'received'): void {
    const { metrics, log, roles, self } = this.#options;
    const { engines, frontEnds } = this.#follower.map;
    metrics.count('links_reset');
    log.warn({ event: 'link_reset', process: self, peer, direction });
    this.#routes.repeat(peer);
    if (frontEnds.includes(peer)) this.#options.peers.gone(peer);
    if (direction === 'received' && engines.includes(peer))
      this.#post.send(self, { kind: 'mayBeGone' });
    if (roles.engine && engines.includes(peer)) {
      this.#succession.sayAllAgain();
      for (const frontEnd of frontEnds) this.#post.send(frontEnd, { kind: 'mayBeGone' });
    }
  }

  #tenuresChanged(): void {
    if (this.#tenures.moving === 0) this.#keeper.renewNow();
    if (this.#tenures.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #mayActAgain(): void {
    // Also those with nothing left to do: they have not come to rest yet, which others wait for.
    for (const actor of this.engine.residents.all()) if (!actor.quiet) actor.resume();
  }

  async #handOver(timeoutMs: number): Promise<void> {
    const { self, roles } = this.#options;
    const others = this.#follower.map.engines.filter((engine) => engine !== self);
    if (!roles.engine || others.length === 0 || this.#tenures.size === 0) return;
    this.#draining = true;
    this.#keeper.renewNow();
    await this.#within(new Promise<void>((resolve) => this.#whenEmpty.push(resolve)), timeoutMs);
  }

  /** Waits for it, but not longer. */
  async #within(awaited: Promise<void>, timeoutMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#options.timers.setTimeout(resolve, timeoutMs);
    });
    await Promise.race([awaited, timeout]);
    cancel();
  }

  #lease(): string {
    const { self, roles, version } = this.#options;
    return encodeMember({
      process: self,
      engine: roles.engine,
      frontEnd: roles.frontEnd,
      draining: this.#draining,
      epoch: this.epoch,
      moving: this.#tenures.moving,
      shards: this.#tenures.size,
      sessions: this.gate.size,
      lag: this.#links.unacknowledged,
      startedAtMs: Math.floor(this.#startedAtMs),
      version,
    });
  }
}
