/**
 * The order of handshakes from one user to another, where one that was refused comes again after later ones: those wait
 * for it, because whoever has heard a later one takes an earlier one for a repetition.
 */
import type { Handshake } from '@rollcall/presence';

interface Owed {
  readonly pair: string;
  readonly number: number;
  readonly acknowledge: () => Promise<void>;
}

export class PairOrder {
  readonly #maxOwed: number;
  /** By pair, the numbers of those that were refused and have not been dealt with since. */
  readonly #refused = new Map<string, Set<number>>();
  /** What is acknowledged at the moment, or could not be; the longest owed first. */
  readonly #owed = new Set<Owed>();
  /** By pair, what is acknowledged before the next. */
  readonly #acknowledging = new Map<string, Promise<void>>();

  /**
   * `inFlight` is how many the queue gives without an acknowledgement. Where more seem to be owed, some were carried out
   * without an answer; what was not comes again and is owed anew, so the longest owed may go.
   */
  constructor(inFlight: number) {
    this.#maxOwed = inFlight;
  }

  /** Whether nothing that was refused comes before it. */
  isNext(handshake: Handshake): boolean {
    for (const number of this.#refused.get(pairOf(handshake)) ?? [])
      if (number < handshake.number) return false;
    return true;
  }

  refused(handshake: Handshake): void {
    const pair = pairOf(handshake);
    const numbers = this.#refused.get(pair);
    if (numbers === undefined) this.#refused.set(pair, new Set([handshake.number]));
    else numbers.add(handshake.number);
  }

  done(handshake: Handshake): void {
    const pair = pairOf(handshake);
    const numbers = this.#refused.get(pair);
    if (numbers?.delete(handshake.number) && numbers.size === 0) this.#refused.delete(pair);
  }

  /**
   * Acknowledges in order: first, once more, what could not be, and nothing that follows while it still cannot be. So
   * whoever takes the shard over is given all from there on, and comes to the same end; to be given one without those
   * that followed would be to hear something old as if it were new.
   */
  acknowledge(handshake: Handshake, acknowledge: () => Promise<void>): Promise<void> {
    const owed = { pair: pairOf(handshake), number: handshake.number, acknowledge };
    const pay = () => this.#pay(owed);
    const paid = this.#acknowledging.get(owed.pair)?.then(pay, pay) ?? pay();
    this.#acknowledging.set(owed.pair, paid);
    return paid.finally(() => {
      if (this.#acknowledging.get(owed.pair) === paid) this.#acknowledging.delete(owed.pair);
    });
  }

  async #pay(last: Owed): Promise<void> {
    this.#owed.add(last);
    const [longest] = this.#owed;
    if (longest !== undefined && this.#owed.size > this.#maxOwed) this.#owed.delete(longest);
    const ofPair = [...this.#owed].filter(({ pair }) => pair === last.pair);
    for (const owed of ofPair.sort((a, b) => a.number - b.number)) {
      await owed.acknowledge();
      this.#owed.delete(owed);
    }
  }
}

function pairOf({ stanza: { from, to } }: Handshake): string {
  return `${from ?? ''} ${to ?? ''}`;
}
