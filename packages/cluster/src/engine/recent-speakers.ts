/**
 * Users who have broadcast something of late, or were restored from a former owner that had: if an owner of recipients
 * dies, they say again what they show, so that nobody misses the last presence of anybody.
 */
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';

export class RecentSpeakers {
  readonly #timers: Timers;
  readonly #windowMs: number;
  readonly #limit: number;
  /** When each spoke last; oldest first. */
  readonly #spokeAtMs = new Map<BareJid, number>();

  constructor(timers: Timers, windowMs: number, limit: number) {
    this.#timers = timers;
    this.#windowMs = windowMs;
    this.#limit = limit;
  }

  note(user: BareJid): void {
    this.#spokeAtMs.delete(user);
    this.#spokeAtMs.set(user, this.#timers.now());
    this.#forgetOld();
  }

  all(): readonly BareJid[] {
    this.#forgetOld();
    return [...this.#spokeAtMs.keys()];
  }

  #forgetOld(): void {
    const since = this.#timers.now() - this.#windowMs;
    for (const [user, atMs] of this.#spokeAtMs) {
      if (this.#spokeAtMs.size <= this.#limit && atMs > since) return;
      this.#spokeAtMs.delete(user);
    }
  }
}
