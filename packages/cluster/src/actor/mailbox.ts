/**
 * What waits at one actor, in the order it came, bounded. Of a contact's presence only the newest waits: it takes its
 * place at the end, so that nothing that the contact says is ever seen out of order.
 */
import type { Input } from '@rollcall/presence';
import { inputPolicies } from './input-policy.ts';
import type { Letter } from './letter.ts';

export interface MailboxLimits {
  readonly mailboxLimit: number;
  readonly presenceLimit: number;
}

export type Offered = 'taken' | 'replaced' | 'full';

interface Slot {
  letter: Letter | undefined;
  readonly sender?: string;
}

export class Mailbox {
  readonly #limits: MailboxLimits;
  #slots: Slot[] = [];
  #next = 0;
  #hard = 0;
  /** The waiting presence by its sender; made when first needed, since most mailboxes hold one letter at most. */
  #presence: Map<string, Slot> | undefined;

  constructor(limits: MailboxLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#hard + (this.#presence?.size ?? 0);
  }

  offer(letter: Letter): Offered {
    const { whenFull } = inputPolicies[letter.input.kind];
    if (whenFull === 'newest') return this.#offerPresence(letter);
    if (whenFull === 'refuse' && this.#hard >= this.#limits.mailboxLimit) return 'full';
    this.#hard += 1;
    this.#slots.push({ letter });
    return 'taken';
  }

  take(): Letter | undefined {
    while (this.#next < this.#slots.length) {
      const slot = this.#slots[this.#next++];
      if (this.#next === this.#slots.length) this.#clear();
      if (slot?.letter === undefined) continue; // replaced by a newer one
      if (slot.sender === undefined) this.#hard -= 1;
      else this.#presence?.delete(slot.sender);
      return slot.letter;
    }
    return undefined;
  }

  /** Takes out, in order, all letters that `which` chooses. */
  takeOut(which: (letter: Letter) => boolean): readonly Letter[] {
    const kept: Letter[] = [];
    const out: Letter[] = [];
    for (let letter = this.take(); letter; letter = this.take())
      (which(letter) ? out : kept).push(letter);
    for (const letter of kept) this.offer(letter);
    return out;
  }

  #offerPresence(letter: Letter): Offered {
    const sender = senderOf(letter.input);
    const waiting = (this.#presence ??= new Map<string, Slot>());
    const older = waiting.get(sender);
    if (older === undefined && waiting.size >= this.#limits.presenceLimit) return 'full';
    if (older !== undefined) older.letter = undefined;
    const slot: Slot = { letter, sender };
    waiting.set(sender, slot);
    this.#slots.push(slot);
    this.#forgetReplaced();
    return older === undefined ? 'taken' : 'replaced';
  }

  /** A contact that changes its presence all the time must not make the queue grow. */
  #forgetReplaced(): void {
    if (this.#slots.length - this.#next < 2 * this.size + 64) return;
    this.#slots = this.#slots.slice(this.#next).filter((slot) => slot.letter !== undefined);
    this.#next = 0;
  }

  #clear(): void {
    this.#slots = [];
    this.#next = 0;
  }
}

/**
 * An answer to a probe replaces only an answer to the same session: it is for that one alone, and holds the presence of
 * all the contact's sessions.
 */
function senderOf(input: Input): string {
  if (input.kind === 'broadcastArrived') return input.presence.stanza.from ?? '';
  if (input.kind === 'probeAnswered')
    return `${input.answer.from} ${input.answer.to} ${input.answer.id ?? ''}`;
  throw new Error(`not presence of a contact: ${input.kind}`);
}
