/**
 * What waits at one actor, in the order it came, bounded. When much presence of contacts waits, only the newest of each
 * is kept, in its place: nothing that a contact says is ever seen out of order.
 */
import type { Input } from '@rollcall/presence';
import { inputPolicies } from './input-policy.ts';
import type { Letter } from './letter.ts';

export interface MailboxLimits {
  /** Letters that may wait, presence of contacts not counted; and how much of that may wait before it is thinned. */
  readonly mailboxLimit: number;
  /** Contacts of whom presence may wait. */
  readonly presenceLimit: number;
}

export class Mailbox {
  readonly #limits: MailboxLimits;
  readonly #replaced: (count: number) => void;
  #letters: Letter[] = [];
  #next = 0;
  /** Letters that are presence of contacts. */
  #presence = 0;
  #thinAbove: number;

  /** `replaced` is told how many were dropped because there was newer presence of the same contact. */
  constructor(limits: MailboxLimits, replaced: (count: number) => void) {
    this.#limits = limits;
    this.#replaced = replaced;
    this.#thinAbove = limits.mailboxLimit;
  }

  get size(): number {
    return this.#letters.length - this.#next;
  }

  /** False if there is no room for it. */
  offer(letter: Letter): boolean {
    const { whenFull } = inputPolicies[letter.input.kind];
    if (whenFull === 'newest') return this.#offerPresence(letter);
    const others = this.size - this.#presence;
    if (whenFull === 'refuse' && others >= this.#limits.mailboxLimit) return false;
    this.#letters.push(letter);
    return true;
  }

  take(): Letter | undefined {
    const letter = this.#letters[this.#next];
    if (letter === undefined) return undefined;
    this.#next += 1;
    if (isPresence(letter)) this.#presence -= 1;
    if (this.#next === this.#letters.length) {
      this.#letters = [];
      this.#next = 0;
      this.#thinAbove = this.#limits.mailboxLimit;
    }
    return letter;
  }

  /** Not presence: it was taken, and will be taken again first. */
  putBack(letter: Letter): void {
    this.#keep([letter, ...this.#letters.slice(this.#next)]);
  }

  /** Takes out, in order, all letters that `which` chooses. */
  takeOut(which: (letter: Letter) => boolean): readonly Letter[] {
    const waiting = this.#letters.slice(this.#next);
    const out = waiting.filter(which);
    this.#keep(waiting.filter((letter) => !which(letter)));
    return out;
  }

  #offerPresence(letter: Letter): boolean {
    if (this.#presence >= this.#thinAbove) this.#thin();
    if (this.#presence >= this.#limits.presenceLimit) return false;
    this.#letters.push(letter);
    this.#presence += 1;
    return true;
  }

  /** Of each contact only the newest; then not again before twice as much waits. */
  #thin(): void {
    const waiting = this.#letters.slice(this.#next);
    const newest = new Map<string, Letter>();
    for (const letter of waiting)
      if (isPresence(letter)) newest.set(contactIn(letter.input), letter);
    const kept = waiting.filter(
      (letter) => !isPresence(letter) || newest.get(contactIn(letter.input)) === letter,
    );
    this.#replaced(waiting.length - kept.length);
    this.#keep(kept);
    this.#thinAbove = Math.max(this.#limits.mailboxLimit, 2 * this.#presence);
  }

  #keep(letters: Letter[]): void {
    this.#letters = letters;
    this.#next = 0;
    this.#presence = letters.filter(isPresence).length;
  }
}

function isPresence({ input }: Letter): boolean {
  return inputPolicies[input.kind].whenFull === 'newest';
}

/**
 * Whose presence it is, and for whom: an answer to a probe holds that of all the contact's sessions, for the one that
 * asked.
 */
function contactIn(input: Input): string {
  if (input.kind === 'broadcastArrived') return input.presence.stanza.from ?? '';
  if (input.kind === 'probeAnswered')
    return `${input.answer.from} ${input.answer.to} ${input.answer.id ?? ''}`;
  throw new Error(`not presence of a contact: ${input.kind}`);
}
