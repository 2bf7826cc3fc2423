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
import { Gate } from '../gate/gate.ts';
import type { LinkLimits } from '../link/link-limits.ts';
import { Links } from '../link/links.ts';
import { Strangers } from '../link/strangers.ts';
import { Membership } from '../membership/membership.ts';
import { encodeMember } from '../membership/member.ts';
import { Routes } from '../ownership/routes.ts';
import { Tenures } from '../ownership/tenures.ts';
import type { PeerExchange, PeerWay } from '../peers/exchange.ts';
import type { PeerMessage } from '../peers/peers.ts';
import { ClusterPost } from '../post/post.cluster.ts';
import type { ProcessId } from '../process/process-id.ts';
import { isFenced, type ShardMap } from '../shard/shard-map.ts';
import type { ClusterTiming } from '../membership/cluster-timing.ts';
import { Company } from './company.ts';
import { Departure } from './departure.ts';
import { Reception } from './reception.ts';
import { Recovery } from './recovery.ts';

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
  /** An operator wants it to be relieved, or no longer. */
  readonly drainChanged: (isWanted: boolean) => void;
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
  readonly #membership: Membership;
  readonly #recovery: Recovery;
  readonly #departure: Departure;
  readonly #startedAtMs: number;
  readonly #company: Company;
  readonly #reception: Reception;
  #over = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { self, bus, coordination, timers, turns, timing, limits, metrics, log } = options;
    this.#startedAtMs = timers.now();
    this.#company = new Company(self, options.peers);
    const isMember = (process: ProcessId) => this.#company.members.has(process);
    const epoch = () => this.#membership.map.epoch;
    this.#post = new ClusterPost({
      self,
      turns,
      budgetPerTurn: limits.recipientsPerTurn * 8,
      waitingPerShard: limits.waitingPerShard,
      metrics,
      epoch,
      isMember,
      dispatch: (from, envelope) => {
        if (!this.#over && !this.engine.isOver) this.#reception.take(from, envelope);
      },
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
      lost: (peer, direction) => this.#recovery.lost(peer, direction),
      behind: () => this.#membership.look(),
      reconnected: () => this.#succession.storeIsBack(),
    });
    const strangers = new Strangers({ metrics, log });
    bus.onUnreadable((from) => strangers.unreadable(from));
    this.#routes = new Routes({
      leave: (owner, shard, since) => this.#post.send(owner, { kind: 'leave', shard, since }),
      opened: (shards) => this.#recovery.opened(shards),
    });
    this.#post.useWays({ links: this.#links, routes: this.#routes });
    this.engine = new Engine({
      ...options,
      post: this.#post,
      recent: new RecentSpeakers(timers, timing.memoryMs, limits.recentSpeakers),
      mayAct: () => this.#membership.isHeld && !this.#over,
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
      serves: (shard) => !this.#over && this.#tenures.serves(shard),
    });
    this.#tenures = new Tenures({
      self,
      metrics,
      queueLimit: limits.waitingPerShard,
      send: (to, envelope) => this.#post.send(to, envelope),
      handle: (envelope) => this.#reception.serve(envelope),
      settled: (shard, announced, clean) => this.#succession.take(shard, announced, clean),
      announcedAgain: (from, sessions) => this.#succession.takeAgain(from, sessions),
      finish: (shard) => this.#succession.finish(shard),
      changed: () => this.#tenuresChanged(),
    });
    this.#reception = new Reception({
      gate: this.gate,
      engine: this.engine,
      routes: this.#routes,
      tenures: this.#tenures,
      succession: this.#succession,
      post: this.#post,
      peers: options.peers,
      metrics,
      log,
    });
    this.#membership = new Membership({
      self,
      isEngine: options.roles.engine,
      coordination,
      timers,
      timing,
      metrics,
      log,
      lease: () => this.#lease(),
      renewed: () => this.#mayActAgain(),
      replaced: () => this.#die('another process has taken the name of this node'),
      changed: (map, before) => this.#follow(map, before),
      drainChanged: (isWanted) => this.#drainChanged(isWanted),
    });
    this.#recovery = new Recovery({
      self,
      isEngine: options.roles.engine,
      peers: options.peers,
      gate: this.gate,
      post: this.#post,
      routes: this.#routes,
      succession: this.#succession,
      map: () => this.#membership.map,
      metrics,
      log,
    });
    this.#departure = new Departure({
      self,
      gate: this.gate,
      engine: this.engine,
      tenures: this.#tenures,
      links: this.#links,
      membership: this.#membership,
      timers,
      log,
    });
  }

  get epoch(): number {
    return this.#membership.map.epoch;
  }

  /** When the oldest of the engines that serve now came up, epoch milliseconds: the served domains are up since then. */
  get upSinceMs(): number {
    return Math.min(this.#startedAtMs, this.#membership.oldestEngineSinceMs);
  }

  /** An operator wants it to be relieved: it takes no new shards and no new sessions. */
  get isDraining(): boolean {
    return this.#membership.isDrainWanted;
  }

  get self(): ProcessId {
    return this.#options.self;
  }

  get members(): ReadonlySet<ProcessId> {
    return this.#company.members;
  }

  say(to: ProcessId, message: PeerMessage): void {
    this.#post.send(to, { kind: 'peer', message });
  }

  get envelopesWaiting(): number {
    return this.#post.depth;
  }

  /** Resolves when the cluster knows this process. Rejects with `CoordinationError`. */
  async start(): Promise<void> {
    await this.#membership.join();
    await this.#company.listed();
  }

  /** Ends the sessions, hands the shards over if there is somebody to take them, and leaves the cluster. */
  async stop(timeoutMs: number): Promise<void> {
    const { log, self } = this.#options;
    await this.#departure.leave(timeoutMs);
    this.end();
    log.info({ event: 'node_stopped', process: self });
  }

  /** At once, without a word to anyone: as if the process had died. */
  end(): void {
    this.#over = true;
    this.#membership.end();
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
    this.#company.follow(map);
    if (isFenced(map, self)) {
      this.#die('the cluster has heard nothing of this process for the length of a lease');
      return;
    }
    log.debug({ event: 'shard_map_followed', process: self, epoch: map.epoch });
    if (before.frontEnds.some((frontEnd) => !map.frontEnds.includes(frontEnd)))
      this.#succession.endStrangers(() => true);
    if (this.#company.isListed) {
      this.#tenures.follow(map);
      this.#routes.follow(map);
    }
    this.#links.mapChanged();
    this.#company.tell();
    this.#membership.renewNow();
  }

  #tenuresChanged(): void {
    if (this.#tenures.moving === 0) this.#membership.renewNow();
    this.#departure.tenuresChanged();
  }

  #drainChanged(isWanted: boolean): void {
    const { log, self, drainChanged } = this.#options;
    log.info({ event: isWanted ? 'drain_requested' : 'drain_cancelled', process: self });
    drainChanged(isWanted);
  }

  #mayActAgain(): void {
    // Also those with nothing left to do: they have not come to rest yet, which others wait for.
    for (const actor of this.engine.residents.all()) if (!actor.quiet) actor.resume();
  }

  #lease(): string {
    const { self, roles, version } = this.#options;
    return encodeMember({
      process: self,
      engine: roles.engine,
      frontEnd: roles.frontEnd,
      draining: this.#departure.handsOver || this.isDraining,
      epoch: this.epoch,
      moving: this.#tenures.moving,
      shards: this.#tenures.size,
      sessions: this.gate.size,
      lag: this.#links.overdue,
      startedAtMs: Math.floor(this.#startedAtMs),
      version,
    });
  }
}
