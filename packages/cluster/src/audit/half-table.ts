/**
 * Halves that wait for their other half while all users are read once. Only pairs of one partition are kept, so that
 * what is in memory is bounded, whatever the number of users: with more pairs, users are read more often.
 */
import { subscriptionStates, type SubscriptionState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';

export interface Pair {
  readonly a: BareJid;
  readonly b: BareJid;
  /** What the half of `a` says of `b`. */
  readonly ofA: SubscriptionState;
  readonly ofB: SubscriptionState;
}

export interface Partition {
  readonly index: number;
  readonly count: number;
}

export class HalfTable {
  readonly #partition: Partition;
  /** By both JIDs, the lesser first; the state as a number, and negative where it is that of the greater. */
  readonly #waiting = new Map<string, number>();

  constructor(partition: Partition) {
    this.#partition = partition;
  }

  /** The pair, if its other half was here before. */
  add(user: BareJid, contact: BareJid, state: SubscriptionState): Pair | undefined {
    const isLesser = user < contact;
    const key = isLesser ? `${user} ${contact}` : `${contact} ${user}`;
    if (hashOf(key) % this.#partition.count !== this.#partition.index) return undefined;
    const number = subscriptionStates.indexOf(state) + 1;
    const other = this.#waiting.get(key);
    if (other === undefined) {
      this.#waiting.set(key, isLesser ? number : -number);
      return undefined;
    }
    this.#waiting.delete(key);
    return { a: user, b: contact, ofA: state, ofB: stateOf(Math.abs(other)) };
  }

  /** Those whose other half says nothing. */
  *rest(): Generator<Pair> {
    for (const [key, number] of this.#waiting) {
      const space = key.indexOf(' ');
      const lesser = key.slice(0, space) as BareJid;
      const greater = key.slice(space + 1) as BareJid;
      const [a, b] = number > 0 ? [lesser, greater] : [greater, lesser];
      yield { a, b, ofA: stateOf(Math.abs(number)), ofB: 'None' };
    }
  }
}

function stateOf(number: number): SubscriptionState {
  return subscriptionStates[number - 1] ?? 'None';
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
