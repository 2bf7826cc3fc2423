/**
 * The order of handshakes from one user to another, where one that was refused comes again after later ones: those wait
 * for it, because whoever has heard a later one takes an earlier one for a repetition.
 */
import type { Handshake } from '@rollcall/presence';

export class PairOrder {
  /** By pair, the numbers of those that were refused and have not been dealt with since. */
  readonly #refused = new Map<string, Set<number>>();
  /** By pair, what is acknowledged before the next. */
  readonly #acknowledging = new Map<string, Promise<void>>();

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
   * Acknowledges in order, and not what follows one that could not be: so whoever takes the shard over is given all from
   * there on, and comes to the same end.
   */
  acknowledge(handshake: Handshake, acknowledge: () => Promise<void>): Promise<void> {
    const pair = pairOf(handshake);
    const before = this.#acknowledging.get(pair);
    const acknowledged = before === undefined ? acknowledge() : before.then(acknowledge);
    this.#acknowledging.set(pair, acknowledged);
    return acknowledged.finally(() => {
      if (this.#acknowledging.get(pair) === acknowledged) this.#acknowledging.delete(pair);
    });
  }
}

function pairOf({ stanza: { from, to } }: Handshake): string {
  return `${from ?? ''} ${to ?? ''}`;
}
