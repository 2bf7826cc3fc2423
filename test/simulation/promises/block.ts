/** Whether one user blocks another, as far as clients and the store tell. */
import type { BlockingPhase } from './observation.ts';

/** What nobody has answered by then has been carried out in the calm, or never is. */
const roundMs = 300_000;

export class Block {
  /** As the user's clients were answered. */
  #confirmed = false;
  /** As the user's record has it, be the answer lost or yet to come. */
  #recorded = false;
  #ever = false;
  /** It was confirmed, and then lost. */
  #lost = false;
  #liftedMs = -Infinity;
  /** Until when it may be lifted by what was asked last, be it after a block that was asked for later. */
  #liftEndsMs = -Infinity;
  /** It was asked for after it was lifted last, be it at the same time. */
  #askedSinceLifted = false;

  get holds(): boolean {
    return this.#confirmed;
  }

  get isRecorded(): boolean {
    return this.#recorded;
  }

  /** Whether it was ever asked for. */
  get ever(): boolean {
    return this.#ever;
  }

  observe(phase: BlockingPhase, askedMs: number, atMs: number): void {
    this.#ever = true;
    switch (phase) {
      case 'asked':
        this.#askedSinceLifted = true;
        return;
      case 'confirmed':
        if (this.#isTakenBack(askedMs)) return;
        this.#confirmed = true;
        this.#lost = false;
        return;
      case 'lifted':
        this.#liftedMs = askedMs;
        this.#liftEndsMs = askedMs + roundMs;
        this.#askedSinceLifted = false;
        this.#confirmed = false;
        this.#lost = false;
        return;
      case 'liftConfirmed':
        if (askedMs === this.#liftedMs) this.#liftEndsMs = atMs;
        return;
    }
  }

  stored(isRecorded: boolean, atMs: number): void {
    this.#recorded = isRecorded;
    if (this.#lost && isRecorded) {
      this.#confirmed = true;
      this.#lost = false;
    }
    // Of two clients of one user, at two front-ends, what the one asked for first may be done last.
    if (!isRecorded && atMs <= this.#liftEndsMs) this.#confirmed = false;
  }

  /** The record is as it was before. Blocking lists are in it, too. */
  wentBack(isRecorded: boolean): void {
    this.#recorded = isRecorded;
    if (!this.#confirmed || isRecorded) return;
    this.#confirmed = false;
    this.#lost = true;
  }

  /** The account is gone, or made anew. */
  cleared(atMs: number): void {
    this.#confirmed = false;
    this.#recorded = false;
    this.#liftedMs = atMs;
    this.#askedSinceLifted = false;
  }

  /** A block may be confirmed when it has long been taken back. */
  #isTakenBack(askedMs: number): boolean {
    if (askedMs <= this.#liftEndsMs && !this.#recorded) return true;
    return askedMs < this.#liftedMs || (askedMs === this.#liftedMs && !this.#askedSinceLifted);
  }
}
