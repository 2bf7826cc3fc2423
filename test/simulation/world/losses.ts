/**
 * Whose records the store has lost the end of, and who still knows it. It is promised to whoever a living process has
 * told otherwise (ARCHITECTURE.md, "When NATS loses what it acknowledged"): where none is left that knew what was lost,
 * the record counts as it is.
 */
import type { BareJid } from '@rollcall/xmpp';

export interface LossesOptions {
  /** Whether the cluster counts the process among the living. */
  readonly isMember: (process: string) => boolean;
  /** The record of the user counts as it is from now on. */
  readonly final: (user: BareJid) => void;
}

export class Losses {
  readonly #options: LossesOptions;
  /** By users, the processes that have written or read what was lost. */
  readonly #knownTo = new Map<BareJid, Set<string>>();

  constructor(options: LossesOptions) {
    this.#options = options;
  }

  lost(user: BareJid, knownTo: ReadonlySet<string>): void {
    this.#knownTo.set(user, new Set([...(this.#knownTo.get(user) ?? []), ...knownTo]));
  }

  /** Whoever knew it has had the time to give it back. */
  givenBack(user: BareJid): void {
    this.#knownTo.delete(user);
  }

  /** Processes may have been declared dead. */
  look(): void {
    const { isMember, final } = this.#options;
    for (const [user, processes] of this.#knownTo) {
      if ([...processes].some(isMember)) continue;
      this.#knownTo.delete(user);
      final(user);
    }
  }
}
