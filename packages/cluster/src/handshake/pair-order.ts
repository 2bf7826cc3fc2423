/**
 * The order of handshakes from one user to another, where one that was refused comes again after later ones: those wait
 * for it, because whoever has heard a later one takes an earlier one for a repetition.
 */
import type { Handshake } from '@rollcall/presence';
import type { ClusterLimits } from '../limits/cluster-limits.ts';

interface Owed {
  readonly pair: string;
  readonly number: number;
  readonly acknowledge: () => Promise<void>;
}

export class PairOrder {
  readonly #now: () => number;
  readonly #maxOwed: number;
  readonly #ackWaitMs: number;
  /** When the queue gave anything last. */
  #heardMs = -Infinity;
  /** By pair, the numbers of those that were refused and have not been dealt with since, with when that was last. */
  readonly #refused = new Map<string, Map<number, number>>();
  /** What is acknowledged at the moment, or could not be; the longest owed first. */
  readonly #owed = new Set<Owed>();
  /** By pair, what is acknowledged before the next. */
  readonly #acknowledging = new Map<string, Promise<void>>();

  /**
   * No more can be owed than the queue gives without an acknowledgement. Where more seem to be, some were carried out
   * without an answer; what was not comes again and is owed anew, so the longest owed may go. And what was refused comes
   * again by the time when the queue takes a delivery for lost, or the queue has lost it itself; unless nobody could hear
   * the queue meanwhile, for then it was perhaps given in vain.
   */
  constructor(
    limits: Pick<ClusterLimits, 'handshakesInFlight' | 'handshakeAckWaitMs'>,
    now: () => number,
  ) {
    this.#now = now;
    this.#maxOwed = limits.handshakesInFlight;
    this.#ackWaitMs = limits.handshakeAckWaitMs;
  }

  /** Of one that the queue has given: whether nothing that was refused and may still come again comes before it. */
  isNext(handshake: Handshake): boolean {
    this.#hear();
    const sinceMs = this.#now() - 3 * this.#ackWaitMs;
    for (const [number, refusedMs] of this.#refused.get(pairOf(handshake)) ?? [])
      if (number < handshake.number && refusedMs >= sinceMs) return false;
    return true;
  }

  /** Whatever is refused comes again within `ackWaitMs`, and what waits for it too: a longer silence is no rest. */
  #hear(): void {
    const nowMs = this.#now();
    const wasAway = nowMs - this.#heardMs > 1.5 * this.#ackWaitMs;
    this.#heardMs = nowMs;
    if (!wasAway) return;
    for (const numbers of this.#refused.values())
      for (const number of numbers.keys()) numbers.set(number, nowMs);
  }

  refused(handshake: Handshake): void {
    const pair = pairOf(handshake);
    const numbers = this.#refused.get(pair) ?? new Map<number, number>();
    this.#refused.set(pair, numbers.set(handshake.number, this.#now()));
  }

  /** It was dealt with, and with it all before it that it did not wait for any longer. */
  done(handshake: Handshake): void {
    const pair = pairOf(handshake);
    const numbers = this.#refused.get(pair);
    for (const number of numbers?.keys() ?? [])
      if (number <= handshake.number) numbers?.delete(number);
    if (numbers?.size === 0) this.#refused.delete(pair);
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
