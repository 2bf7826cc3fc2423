/** Sessions by the front-end that holds their streams: each gets one envelope with the numbers of its own. */
import type { SessionRef } from '@rollcall/presence';

export type SessionsByFrontEnd = ReadonlyMap<string, readonly number[]>;

export class SessionGroups {
  readonly #groups = new Map<string, number[]>();
  /** Those who come one after the other are mostly of one front-end. */
  #frontEnd: string | undefined;
  #sessions: number[] = [];

  add({ frontEnd, id }: SessionRef): void {
    if (frontEnd !== this.#frontEnd) this.#turnTo(frontEnd);
    this.#sessions.push(id);
  }

  addAll(sessions: readonly SessionRef[]): void {
    for (const session of sessions) this.add(session);
  }

  get byFrontEnd(): SessionsByFrontEnd {
    return this.#groups;
  }

  #turnTo(frontEnd: string): void {
    const known = this.#groups.get(frontEnd);
    this.#frontEnd = frontEnd;
    this.#sessions = known ?? [];
    if (known === undefined) this.#groups.set(frontEnd, this.#sessions);
  }
}
