/** The sessions of a front-end: by number, and by the shard of their user. */
import type { Timers } from '@rollcall/store';
import type { OpenSession } from './open-session.ts';

export class SessionTable {
  readonly #byId = new Map<number, OpenSession>();
  readonly #byShard = new Map<number, Set<OpenSession>>();
  /** Called when a session is gone. */
  readonly #lookers = new Set<() => void>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): OpenSession | undefined {
    return this.#byId.get(id);
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  all(): readonly OpenSession[] {
    return [...this.#byId.values()];
  }

  ofShard(shard: number): readonly OpenSession[] {
    return [...(this.#byShard.get(shard) ?? [])];
  }

  add(session: OpenSession): void {
    this.#byId.set(session.ref.id, session);
    const others = this.#byShard.get(session.shard);
    if (others === undefined) this.#byShard.set(session.shard, new Set([session]));
    else others.add(session);
  }

  remove(session: OpenSession): void {
    this.#byId.delete(session.ref.id);
    const others = this.#byShard.get(session.shard);
    others?.delete(session);
    if (others?.size === 0) this.#byShard.delete(session.shard);
    for (const look of this.#lookers) look();
  }

  /** Looks again whenever a session is gone, and gives up after the time. */
  until(isTrue: () => boolean, timers: Timers, timeoutMs: number): Promise<void> {
    if (isTrue()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#lookers.delete(look);
        resolve();
      };
      const look = () => {
        if (isTrue()) finish();
      };
      const cancel = timers.setTimeout(finish, timeoutMs);
      this.#lookers.add(look);
    });
  }
}
