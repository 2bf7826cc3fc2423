/** Accounts that an operator removes and makes again; what does not work is asked for until it does. */
import type { EngineAdmin } from '@rollcall/cluster';
import { decoyVerifiers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Fact } from '../promises/observation.ts';
import type { SimClock } from './sim-clock.ts';

export interface AccountsOptions {
  /** Of a node that runs, if there is one. */
  readonly admin: () => EngineAdmin | undefined;
  readonly tell: (fact: Fact) => void;
}

/** How long an operator waits before what has failed is asked for again. */
const patienceMs = 2_000;

export class Accounts {
  readonly #clock: SimClock;
  readonly #options: AccountsOptions;
  readonly #removed = new Set<BareJid>();
  /** By user, what is being asked for. */
  readonly #asked = new Set<BareJid>();
  #changedMs = -Infinity;

  constructor(clock: SimClock, options: AccountsOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Whether any was removed or made so shortly ago, or is to be. */
  changedWithin(ms: number): boolean {
    return this.#asked.size > 0 || this.#changedMs >= this.#clock.passedMs - ms;
  }

  remove(user: BareJid): void {
    if (this.#removed.has(user)) return;
    this.#ask(user, false, (admin) => admin.removeUser(user));
  }

  make(user: BareJid): void {
    if (!this.#removed.has(user)) return;
    this.#ask(user, true, (admin) => admin.createUser(user, decoyVerifiers(user, 'simulated')));
  }

  #ask(user: BareJid, exists: boolean, act: (admin: EngineAdmin) => Promise<unknown>): void {
    if (this.#asked.has(user)) return;
    this.#asked.add(user);
    const state = { isOver: false };
    const attempt = (): void => {
      if (state.isOver) return;
      // An admin whose process dies meanwhile never answers.
      this.#clock.setTimeout(attempt, patienceMs);
      const done = (): void => {
        if (state.isOver) return;
        state.isOver = true;
        this.#done(user, exists);
      };
      const admin = this.#options.admin();
      if (admin !== undefined) act(admin).then(done, () => undefined);
    };
    attempt();
  }

  #done(user: BareJid, exists: boolean): void {
    this.#asked.delete(user);
    this.#changedMs = this.#clock.passedMs;
    if (exists) this.#removed.delete(user);
    else this.#removed.add(user);
    this.#options.tell({ kind: 'account', user, exists });
  }
}
