/**
 * Large rosters take turns: a user with 50,000 contacts says one piece of a broadcast per turn, whoever else has
 * something to say goes in between, and what the same user says later waits behind its own pieces. A user who says
 * much at once says the same piece of several broadcasts in one turn: those contacts get them in one write.
 */
import type { BareJid } from '@rollcall/xmpp';
import type { Turns } from '../time/turns.ts';
import { Rounds, type Step } from './rounds.ts';

export class Pacer {
  readonly #turns: Turns;
  /** What each user has yet to say. Users take turns in this order. */
  readonly #waiting = new Map<BareJid, Rounds>();
  #due = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /**
   * Takes the first step now and each further one in a turn of its own, unless the user has steps left. `crowd` stands
   * for whom the steps are: of two broadcasts to the same one, the same step is for the same recipients.
   */
  run(user: BareJid, crowd: object, steps: readonly Step[]): void {
    const waiting = this.#waiting.get(user);
    if (waiting !== undefined) {
      waiting.add(crowd, steps);
      return;
    }
    if (steps.length === 1) {
      steps[0]?.();
      return;
    }
    const rounds = new Rounds();
    rounds.add(crowd, steps);
    rounds.next();
    if (rounds.done) return;
    this.#waiting.set(user, rounds);
    this.#beDue();
  }

  /** Now, or after what the user is still saying. */
  inOrder(user: BareJid, step: Step): void {
    const waiting = this.#waiting.get(user);
    if (waiting === undefined) step();
    else waiting.addLast(step);
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
    while (waiting?.done === false) waiting.next();
  }

  #beDue(): void {
    if (this.#due) return;
    this.#due = true;
    this.#turns.soon(() => this.#turn());
  }

  #turn(): void {
    this.#due = false;
    for (const [user, rounds] of [...this.#waiting]) {
      rounds.next();
      if (rounds.done) this.#waiting.delete(user);
    }
    if (this.#waiting.size > 0) this.#beDue();
  }
}
