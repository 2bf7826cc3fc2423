/**
 * What waits at one actor, in the order it came, bounded. When much presence of contacts waits, only the newest of each
 * is kept, in its place: nothing that a contact says is ever seen out of order.
 */
import type { Metrics } from '../metrics/metrics.ts';
import { contactIn, policyOf } from './input-policy.ts';
import type { Letter } from './letter.ts';

export interface MailboxLimits {
  /** Letters that may wait, presence of contacts not counted; and how much of that may wait before it is thinned. */
  readonly mailboxLimit: number;
  /** Contacts of whom presence may wait. */
  readonly presenceLimit: number;
}

/** What all mailboxes share. */
export interface MailboxSurroundings {
  readonly limits: MailboxLimits;
  /** Counts `mailbox_coalesced`: what was dropped because there was newer presence of the same contact. */
  readonly metrics: Pick<Metrics, 'count'>;
}

export class Mailbox {
  readonly #around: MailboxSurroundings;
  /** Undefined where nothing waits, as nearly always. */
  #letters: Letter[] | undefined;
  #next = 0;
  /** Letters that are presence of contacts. */
  #presence = 0;
  /** How many of them each contact has; undefined where there are none, as nearly always. */
  #ofContact: Map<string, number> | undefined;
  #thinAbove: number;

  constructor(around: MailboxSurroundings) {
    this.#around = around;
    this.#thinAbove = around.limits.mailboxLimit;
  }

  get size(): number {
    return (this.#letters?.length ?? 0) - this.#next;
  }

  /** False if there is no room for it. */
  offer(letter: Letter): boolean {
    const contact = contactIn(letter.input);
    if (contact !== undefined) return this.#offerPresence(contact, letter);
    const { whenFull } = policyOf(letter.input);
    const others = this.size - this.#presence;
    if (whenFull === 'refuse' && others >= this.#around.limits.mailboxLimit) return false;
    (this.#letters ??= []).push(letter);
    return true;
  }

  take(): Letter | undefined {
    const letter = this.#letters?.[this.#next];
    if (letter === undefined) return undefined;
    this.#next += 1;
    this.#count(letter, -1);
    if (this.size === 0) {
      this.#letters = undefined;
      this.#next = 0;
      this.#thinAbove = this.#around.limits.mailboxLimit;
    }
    return letter;
  }

  /** Not presence: it was taken, and will be taken again first. */
  putBack(letter: Letter): void {
    this.#keep([letter, ...this.#waiting()]);
  }

  /** Takes out, in order, all letters that `which` chooses. */
  takeOut(which: (letter: Letter) => boolean): readonly Letter[] {
    const waiting = this.#waiting();
    const out = waiting.filter(which);
    this.#keep(waiting.filter((letter) => !which(letter)));
    return out;
  }

  #offerPresence(contact: string, letter: Letter): boolean {
    const known = this.#ofContact;
    const isNew = known?.has(contact) !== true;
    if (isNew && (known?.size ?? 0) >= this.#around.limits.presenceLimit) return false;
    if (this.#presence >= this.#thinAbove) this.#thin();
    (this.#letters ??= []).push(letter);
    this.#count(letter, 1);
    return true;
  }

  #waiting(): readonly Letter[] {
    return this.#letters?.slice(this.#next) ?? [];
  }

  /** Of each contact only the newest; then not again before twice as much waits. */
  #thin(): void {
    const waiting = this.#waiting();
    const newest = new Map<string, Letter>();
    for (const letter of waiting) {
      const contact = contactIn(letter.input);
      if (contact !== undefined) newest.set(contact, letter);
    }
    const kept = waiting.filter((letter) => {
      const contact = contactIn(letter.input);
      return contact === undefined || newest.get(contact) === letter;
    });
    this.#around.metrics.count('mailbox_coalesced', waiting.length - kept.length);
    this.#keep(kept);
    this.#thinAbove = Math.max(this.#around.limits.mailboxLimit, 2 * this.#presence);
  }

  #keep(letters: Letter[]): void {
    this.#letters = letters.length === 0 ? undefined : letters;
    this.#next = 0;
    this.#presence = 0;
    this.#ofContact = undefined;
    for (const letter of letters) this.#count(letter, 1);
  }

  #count({ input }: Letter, change: 1 | -1): void {
    const contact = contactIn(input);
    if (contact === undefined) return;
    this.#presence += change;
    const counts = (this.#ofContact ??= new Map<string, number>());
    const count = (counts.get(contact) ?? 0) + change;
    if (count > 0) counts.set(contact, count);
    else counts.delete(contact);
    if (counts.size === 0) this.#ofContact = undefined;
  }
}
