/**
 * The post of a process among others: over links to the others, through the same queue to itself, and into a waiting
 * room where a shard has no owner to speak to.
 */
import type { Envelope, ToGate, ToOwner } from '../envelope/envelope.ts';
import type { Links } from '../link/links.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Routes } from '../ownership/routes.ts';
import type { ProcessId } from '../process/process-id.ts';
import { TurnQueue } from '../time/turn-queue.ts';
import type { Turns } from '../time/turns.ts';
import { costOf } from './cost.ts';
import type { Post } from './post.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface ClusterPostOptions {
  readonly self: ProcessId;
  readonly turns: Turns;
  readonly budgetPerTurn: number;
  readonly waitingPerShard: number;
  readonly metrics: Metrics;
  readonly epoch: () => number;
  readonly isMember: (process: ProcessId) => boolean;
  /** Takes what others, or this process itself, have sent to it, in order. Must not throw. */
  readonly dispatch: (from: ProcessId, envelope: Envelope) => void;
  /** What is for sessions here, at once. Must not throw. */
  readonly deliver: (envelope: ToGate) => void;
}

interface Arrived {
  readonly from: ProcessId;
  readonly envelope: Envelope;
}

export class ClusterPost implements Post {
  readonly self: ProcessId;
  readonly #options: ClusterPostOptions;
  readonly #arrived: TurnQueue<Arrived>;
  readonly #waiting: WaitingRoom;
  #ways: { readonly links: Links; readonly routes: Routes } | undefined;

  constructor(options: ClusterPostOptions) {
    const { self, turns, budgetPerTurn, waitingPerShard, metrics, dispatch } = options;
    this.self = self;
    this.#options = options;
    this.#arrived = new TurnQueue({
      turns,
      budgetPerTurn,
      costOf: ({ envelope }) => costOf(envelope),
      handle: ({ from, envelope }) => dispatch(from, envelope),
    });
    this.#waiting = new WaitingRoom(waitingPerShard, () => metrics.count('envelopes_dropped'));
  }

  /** Said once, before anything is posted: links and routes need the post themselves. */
  useWays(ways: { readonly links: Links; readonly routes: Routes }): void {
    this.#ways = ways;
  }

  get epoch(): number {
    return this.#options.epoch();
  }

  get version(): number {
    return this.#way.routes.version;
  }

  get depth(): number {
    return this.#arrived.size;
  }

  ownerOf(shard: number): ProcessId | undefined {
    return this.#way.routes.ownerOf(shard);
  }

  toShard(shard: number, envelope: ToOwner): void {
    const owner = this.ownerOf(shard);
    if (owner === undefined) this.#waiting.add(shard, envelope);
    else this.send(owner, envelope);
  }

  toOwner(owner: ProcessId, envelope: ToOwner): void {
    this.send(owner, envelope);
  }

  toGate(frontEnd: string, envelope: ToGate): void {
    if (frontEnd === this.self) this.#options.deliver(envelope);
    else this.send(frontEnd as ProcessId, envelope);
  }

  /** To a process that is not, or no longer, a member: nowhere. */
  send(to: ProcessId, envelope: Envelope): void {
    if (to === this.self) this.arrived(to, envelope);
    else if (this.#options.isMember(to)) this.#way.links.send(to, envelope);
  }

  arrived(from: ProcessId, envelope: Envelope): void {
    this.#arrived.push({ from, envelope });
  }

  /** The shard has an owner to speak to again. */
  flush(shard: number): void {
    for (const envelope of this.#waiting.takeAll(shard)) this.toShard(shard, envelope);
  }

  get #way(): { readonly links: Links; readonly routes: Routes } {
    if (this.#ways === undefined) throw new Error('the post has no ways yet');
    return this.#ways;
  }
}
