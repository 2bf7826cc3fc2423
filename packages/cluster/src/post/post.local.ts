/**
 * The post of a process that is the whole cluster: it owns all shards, for ever. Envelopes to users are handled a turn
 * later, in order, with a budget; those to sessions at once, since a gate only passes them on.
 */
import type { ToGate, ToOwner } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';
import { TurnQueue } from '../time/turn-queue.ts';
import type { Turns } from '../time/turns.ts';
import { costOf } from './cost.ts';
import type { Post } from './post.ts';

export interface LocalPostOptions {
  readonly self: ProcessId;
  readonly turns: Turns;
  readonly budgetPerTurn: number;
  /** Must not throw. */
  readonly handle: (envelope: ToOwner) => void;
  /** Must not throw. */
  readonly deliver: (envelope: ToGate) => void;
}

export class LocalPost implements Post {
  readonly self: ProcessId;
  readonly epoch = 1;
  readonly version = 1;
  readonly #queue: TurnQueue<ToOwner>;
  readonly #deliver: (envelope: ToGate) => void;

  constructor({ self, turns, budgetPerTurn, handle, deliver }: LocalPostOptions) {
    this.self = self;
    this.#queue = new TurnQueue({ turns, budgetPerTurn, handle, costOf });
    this.#deliver = deliver;
  }

  get depth(): number {
    return this.#queue.size;
  }

  get soleOwner(): ProcessId {
    return this.self;
  }

  ownerOf(): ProcessId {
    return this.self;
  }

  toShard(_shard: number, envelope: ToOwner): void {
    this.#queue.push(envelope);
  }

  toOwner(_owner: ProcessId, envelope: ToOwner): void {
    this.#queue.push(envelope);
  }

  toGate(_frontEnd: string, envelope: ToGate): void {
    this.#deliver(envelope);
  }
}
