/** What a client has said and its user's owner has not acknowledged yet, in order, numbered. */
import type { Stanza } from '@rollcall/xmpp';

export interface Numbered {
  readonly seq: number;
  readonly stanza: Stanza;
  /** When it was said. */
  readonly atMs: number;
}

export class Unacknowledged {
  #waiting: Numbered[] = [];
  #acknowledged = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** Number of the last stanza before which none is waiting. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  add(numbered: Numbered): void {
    this.#waiting.push(numbered);
  }

  /** Everything up to `seq` is dealt with. */
  acknowledge(seq: number): void {
    if (seq <= this.#acknowledged) return;
    this.#acknowledged = seq;
    const [first] = this.#waiting;
    if (first === undefined || first.seq > seq) return;
    this.#waiting = this.#waiting.filter((numbered) => numbered.seq > seq);
  }

  /** This one is dealt with; others before it may not be. */
  strike(seq: number): void {
    this.#waiting = this.#waiting.filter((numbered) => numbered.seq !== seq);
  }

  all(): readonly Numbered[] {
    return this.#waiting;
  }
}
