/** The sessions of a front-end: by number, and by the shard of their user. */
import type { OpenSession } from './open-session.ts';

export class SessionTable {
  readonly #byId = new Map<number, OpenSession>();
  readonly #byShard = new Map<number, Set<OpenSession>>();

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
  }
}
