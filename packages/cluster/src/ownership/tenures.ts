/**
 * The owner's side of moving shards: settles before it speaks, serves, and finishes before it lets go (ARCHITECTURE.md,
 * "Moving a shard").
 */
import { bareOf, type BareJid } from '@rollcall/xmpp';
import type { AnnouncedSession, Moving, ToOwner } from '../envelope/envelope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ProcessId } from '../process/process-id.ts';
import { membersOf, type ShardMap } from '../shard/shard-map.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { Active, Announcer, Leaving, Settling, Tenure } from './tenure.ts';

export interface TenuresOptions {
  readonly self: ProcessId;
  readonly send: (to: ProcessId, envelope: Moving) => void;
  /** For users of shards that are served here. */
  readonly handle: (envelope: ToOwner) => void;
  /** All living sessions of the shard are known. Called once per tenure, before anything is handled for it. */
  readonly settled: (shard: number, announced: readonly Announcer[], clean: boolean) => void;
  /** Somebody announces again to an owner that serves the shard: something was lost between the two. */
  readonly announcedAgain: (from: ProcessId, sessions: readonly AnnouncedSession[]) => void;
  /** Nobody speaks to the shard any more. Resolves when everything is written and its actors are asleep. */
  readonly finish: (shard: number) => Promise<void>;
  /** Shards have come, settled or gone. */
  readonly changed: () => void;
  readonly metrics: Metrics;
  /** Envelopes that may wait for one shard to settle. */
  readonly queueLimit: number;
}

export class Tenures {
  readonly #options: TenuresOptions;
  readonly #tenures = new Map<number, Tenure>();
  #map: ShardMap | undefined;
  #members: ReadonlySet<ProcessId> = new Set();
  #settling = 0;

  constructor(options: TenuresOptions) {
    this.#options = options;
  }

  /** Shards that are on their way to this process or from it. */
  get moving(): number {
    let moving = 0;
    for (const { phase } of this.#tenures.values()) if (phase !== 'active') moving += 1;
    return moving;
  }

  /** Shards that are served here. */
  get size(): number {
    return this.#tenures.size;
  }

  serves(shard: number): boolean {
    const tenure = this.#tenures.get(shard);
    return tenure !== undefined && tenure.phase !== 'settling';
  }

  follow(map: ShardMap): void {
    this.#map = map;
    this.#members = membersOf(map);
    for (const [shard, ownership] of map.owners.entries()) {
      const since = ownership?.owner === this.#options.self ? ownership.since : undefined;
      const tenure = this.#tenures.get(shard);
      if (tenure !== undefined && tenure.since !== since) this.#end(shard, tenure);
      if (since !== undefined && !this.#tenures.has(shard)) this.#begin(shard, since);
    }
    for (const [shard, tenure] of [...this.#tenures]) this.#forgetTheDead(shard, tenure);
  }

  /**
   * Envelopes for users: at once, or when their shards have settled. Recipients of a broadcast who are not here are
   * passed over by whoever handles it, so it needs no look at its shards unless one is settling.
   */
  receive(envelope: ToOwner): void {
    if (envelope.kind === 'broadcast') {
      if (this.#settling === 0) this.#options.handle(envelope);
      else for (const [shard, part] of partsOf(envelope)) this.#receivePart(shard, part);
    } else this.#receivePart(shardOf(userOf(envelope)), envelope);
  }

  announce(from: ProcessId, message: Extract<Moving, { readonly kind: 'announce' }>): void {
    const { shard, sessions, since, clean, done } = message;
    const tenure = this.#tenures.get(shard);
    if (tenure?.since !== since) return;
    if (tenure.phase !== 'settling') {
      if (tenure.phase === 'active') tenure.speakers.add(from);
      this.#options.announcedAgain(from, sessions);
      return;
    }
    tenure.announced.push({ from, sessions });
    tenure.clean &&= clean;
    if (!done) return;
    tenure.awaited.delete(from);
    this.#settleIfDone(shard, tenure);
  }

  leave(from: ProcessId, { shard, since }: Extract<Moving, { readonly kind: 'leave' }>): void {
    const tenure = this.#tenures.get(shard);
    if (tenure?.since !== since || tenure.phase === 'settling') {
      // It is not known here any more, or never was: what was said to this owner has to be said again.
      this.#options.send(from, { kind: 'left', shard, since, clean: false });
      return;
    }
    const leaving = tenure.phase === 'leaving' ? tenure : this.#beginLeaving(shard, tenure);
    leaving.awaited.delete(from);
    leaving.left.add(from);
    this.#finishIfDone(shard, leaving);
  }

  #begin(shard: number, since: number): void {
    const awaited = new Set(this.#members);
    this.#settling += 1;
    this.#tenures.set(shard, {
      phase: 'settling',
      since,
      awaited,
      announced: [],
      queue: [],
      clean: true,
    });
  }

  #end(shard: number, tenure: Tenure): void {
    if (tenure.phase === 'active') this.#beginLeaving(shard, tenure);
    if (tenure.phase !== 'settling') return;
    this.#settling -= 1;
    this.#tenures.delete(shard);
  }

  #beginLeaving(shard: number, { since, speakers }: Active): Leaving {
    const leaving: Leaving = {
      phase: 'leaving',
      since,
      awaited: new Set(speakers),
      left: new Set(),
      finishing: false,
    };
    this.#tenures.set(shard, leaving);
    return leaving;
  }

  #forgetTheDead(shard: number, tenure: Tenure): void {
    const set = tenure.phase === 'active' ? tenure.speakers : tenure.awaited;
    for (const process of [...set]) {
      if (this.#members.has(process)) continue;
      set.delete(process);
      // Whoever dies before it has announced takes what it knew with it.
      if (tenure.phase === 'settling') tenure.clean = false;
    }
    if (tenure.phase === 'settling') this.#settleIfDone(shard, tenure);
    if (tenure.phase === 'leaving') this.#finishIfDone(shard, tenure);
  }

  #settleIfDone(shard: number, tenure: Settling): void {
    if (tenure.awaited.size > 0) return;
    const { since, announced, queue, clean } = tenure;
    const speakers = new Set(announced.map(({ from }) => from));
    this.#settling -= 1;
    this.#tenures.set(shard, { phase: 'active', since, speakers });
    this.#options.settled(shard, announced, clean);
    for (const envelope of queue) this.#options.handle(envelope);
    this.#options.changed();
    if (clean) return;
    for (const frontEnd of this.#map?.frontEnds ?? [])
      this.#options.send(frontEnd, { kind: 'mayBeGone', shard });
  }

  #finishIfDone(shard: number, tenure: Leaving): void {
    if (tenure.awaited.size > 0 || tenure.finishing) return;
    tenure.finishing = true;
    void this.#options.finish(shard).then(() => {
      if (this.#tenures.get(shard) !== tenure) return;
      this.#tenures.delete(shard);
      for (const process of tenure.left)
        if (this.#members.has(process))
          this.#options.send(process, { kind: 'left', shard, since: tenure.since, clean: true });
      if (this.#map !== undefined) this.follow(this.#map);
      this.#options.changed();
    });
  }

  #receivePart(shard: number, envelope: ToOwner): void {
    const tenure = this.#tenures.get(shard);
    if (tenure === undefined) this.#options.metrics.count('envelopes_misrouted');
    else if (tenure.phase !== 'settling') this.#options.handle(envelope);
    else if (tenure.queue.length < this.#options.queueLimit) tenure.queue.push(envelope);
    else this.#options.metrics.count('envelopes_dropped');
  }
}

function userOf(envelope: Exclude<ToOwner, { readonly kind: 'broadcast' }>): BareJid {
  switch (envelope.kind) {
    case 'route':
      return bareOf(envelope.stanza.to);
    case 'probe':
      return bareOf(envelope.probe.to);
    // All of these are of one shard.
    case 'ask':
      return firstOf(envelope.users);
    case 'audit':
      return bareOf(firstOf(envelope.sessions).address);
    default:
      return envelope.user;
  }
}

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error('an envelope for nobody');
  return first;
}

type Broadcast = Extract<ToOwner, { readonly kind: 'broadcast' }>;

/** A broadcast, cut into what is for each shard. */
function partsOf(envelope: Broadcast): ReadonlyMap<number, Broadcast> {
  const parts = new Map<number, { readonly to: BareJid[]; readonly probe: BareJid[] }>();
  const partOf = (user: BareJid) => {
    const shard = shardOf(user);
    let part = parts.get(shard);
    if (part === undefined) parts.set(shard, (part = { to: [], probe: [] }));
    return part;
  };
  for (const user of envelope.to) partOf(user).to.push(user);
  for (const user of envelope.probe) partOf(user).probe.push(user);
  return new Map([...parts].map(([shard, part]) => [shard, { ...envelope, ...part }]));
}
