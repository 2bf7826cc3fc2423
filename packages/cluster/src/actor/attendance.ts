/**
 * Where an actor is on lists of those who hear a speaker: what is said to a list is not brought to the actor. So it
 * catches up before it decides anything, and leaves the lists when something has changed in what it hears.
 */
import type { StampedPresence, UserState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import type { PresenceCore } from './presence-core.ts';

export interface HearerList {
  /** Whom all on the list hear, and what was said last. */
  readonly contact: BareJid;
  readonly last: StampedPresence;
  /** What holds of whoever has that place must be found out anew. */
  ask(place: number): void;
}

export class Attendance {
  readonly #core: PresenceCore;
  readonly #places = new Map<HearerList, number>();
  /** What is heard changes the state, as while a session remembers what it was told. */
  #remembers = false;

  constructor(core: PresenceCore) {
    this.#core = core;
  }

  add(list: HearerList, place: number, remembers: boolean): void {
    this.#places.set(list, place);
    this.#remembers ||= remembers;
  }

  /** The list is no more. */
  remove(list: HearerList): void {
    this.#places.delete(list);
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** The state after all that was said meanwhile: of each speaker the last word, which is all that is remembered. */
  caughtUp(state: UserState): UserState {
    if (!this.#remembers) return state;
    let after = state;
    for (const { last, contact } of this.#places.keys()) {
      const hearing = this.#core.overhear(after, last, contact);
      if (hearing === 'decide') throw new Error(`${after.jid} is listed and cannot overhear`);
      after = hearing.state;
    }
    return after;
  }

  leave(): void {
    for (const [list, place] of this.#places) list.ask(place);
  }
}
