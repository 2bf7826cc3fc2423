/**
 * Large rosters take turns: a user with 50,000 contacts says one piece of a broadcast per turn, whoever else has
 * something to say goes in between, and what the same user says later waits behind its own pieces.
 */
import type { BareJid } from '@rollcall/xmpp';
import type { Turns } from '../time/turns.ts';

type Step = () => void;

export class Pacer {
  readonly #turns: Turns;
  /** Steps not taken yet, of each user that has any. Users take turns in this order. */
  readonly #waiting = new Map<BareJid, Step[]>();
  #due = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Takes the first step now and each further one in a turn of its own, unless the user has steps left. */
  run(user: BareJid, steps: readonly Step[]): void {
    const waiting = this.#waiting.get(user);
    if (waiting !== undefined) {
      waiting.push(...steps);
      return;
    }
    const [first, ...rest] = steps;
    first?.();
    if (rest.length === 0) return;
    this.#waiting.set(user, rest);
    this.#beDue();
  }

  /** Now, or after what the user is still saying. */
  inOrder(user: BareJid, step: Step): void {
    const waiting = this.#waiting.get(user);
    if (waiting === undefined) step();
    else waiting.push(step);
  }

  /** Whether the user is still saying something. */
  isSaying(user: BareJid): boolean {
    return this.#waiting.has(user);
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Takes all steps that the user has left. */
  finish(user: BareJid): void {
    const waiting = this.#waiting.get(user);
    this.#waiting.delete(user);
    for (const step of waiting ?? []) step();
  }

  #beDue(): void {
    if (this.#due) return;
    this.#due = true;
    this.#turns.soon(() => this.#turn());
  }

  #turn(): void {
    this.#due = false;
    for (const [user, steps] of [...this.#waiting]) {
      steps.shift()?.();
      if (steps.length === 0) this.#waiting.delete(user);
    }
    if (this.#waiting.size > 0) this.#beDue();
  }
}
