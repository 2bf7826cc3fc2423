/** What a client has said and its user's owner has not acknowledged yet, in order, numbered. */
import type { Stanza } from '@rollcall/xmpp';

export interface Numbered {
  readonly seq: number;
  readonly stanza: Stanza;
  /** When it was said. */
  readonly atMs: number;
}

/** Mostly nothing waits: then all share this. */
const nothing: readonly Numbered[] = [];

export class Unacknowledged {
  #waiting: readonly Numbered[] = nothing;
  #acknowledged = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** Number of the last stanza before which none is waiting. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  add(numbered: Numbered): void {
    this.#waiting = [...this.#waiting, numbered];
  }

  /** Everything up to `seq` is dealt with. */
  acknowledge(seq: number): void {
    if (seq <= this.#acknowledged) return;
    this.#acknowledged = seq;
    const [first] = this.#waiting;
    if (first === undefined || first.seq > seq) return;
    this.#keep((numbered) => numbered.seq > seq);
  }

  /** This one is dealt with; others before it may not be. */
  strike(seq: number): void {
    this.#keep((numbered) => numbered.seq !== seq);
  }

  #keep(which: (numbered: Numbered) => boolean): void {
    const left = this.#waiting.filter(which);
    this.#waiting = left.length === 0 ? nothing : left;
  }

  all(): readonly Numbered[] {
    return this.#waiting;
  }
}
