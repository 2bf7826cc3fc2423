/**
 * Halves that wait for their other half while all users are read once. Only pairs of one partition are kept, so that
 * what is in memory is bounded, whatever the number of users: with more pairs, users are read more often.
 */
import type { NumberedHalf } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';

export interface Pair {
  readonly a: BareJid;
  readonly b: BareJid;
  /** What the half of `a` says of `b`. */
  readonly ofA: NumberedHalf;
  readonly ofB: NumberedHalf;
}

export interface Partition {
  readonly index: number;
  readonly count: number;
}

interface Waiting extends NumberedHalf {
  /** It is that of the lesser of the two. */
  readonly isLesser: boolean;
}

export class HalfTable {
  readonly #partition: Partition;
  /** By both JIDs, the lesser first. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(partition: Partition) {
    this.#partition = partition;
  }

  /** The pair, if its other half was here before. */
  add(user: BareJid, contact: BareJid, half: NumberedHalf): Pair | undefined {
    const isLesser = user < contact;
    const key = isLesser ? `${user} ${contact}` : `${contact} ${user}`;
    if (hashOf(key) % this.#partition.count !== this.#partition.index) return undefined;
    const other = this.#waiting.get(key);
    if (other === undefined) {
      const { state, asked, heard } = half;
      this.#waiting.set(key, { state, asked, heard, isLesser });
      return undefined;
    }
    this.#waiting.delete(key);
    return { a: user, b: contact, ofA: half, ofB: other };
  }

  /** Those whose other half says nothing. */
  *rest(): Generator<Pair> {
    for (const [key, half] of this.#waiting) {
      const space = key.indexOf(' ');
      const lesser = key.slice(0, space) as BareJid;
      const greater = key.slice(space + 1) as BareJid;
      const [a, b] = half.isLesser ? [lesser, greater] : [greater, lesser];
      yield { a, b, ofA: half, ofB: { state: 'None', asked: 0, heard: 0 } };
    }
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
