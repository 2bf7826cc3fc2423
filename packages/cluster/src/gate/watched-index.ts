/** The sessions that are watched at this front-end: by session, and by address, in the order in which they were first shown. */
import type { SessionRef } from '@rollcall/presence';
import type { BareJid, FullJid } from '@rollcall/xmpp';
import type { Watched } from './watched.ts';

export class WatchedIndex {
  readonly #bySession = new Map<string, Watched>();
  readonly #byAddress = new Map<FullJid | BareJid, readonly Watched[]>();

  get size(): number {
    return this.#bySession.size;
  }

  all(): readonly Watched[] {
    return [...this.#bySession.values()];
  }

  get(session: SessionRef): Watched | undefined {
    return this.#bySession.get(keyOf(session));
  }

  at(address: FullJid | BareJid): readonly Watched[] {
    return this.#byAddress.get(address) ?? [];
  }

  /** The sessions that had its address before it. */
  elders(watched: Watched): readonly Watched[] {
    const all = this.at(watched.address);
    return all.slice(0, all.indexOf(watched));
  }

  add(watched: Watched): void {
    this.#bySession.set(keyOf(watched.session), watched);
    this.#byAddress.set(watched.address, [...this.at(watched.address), watched]);
  }

  remove(watched: Watched): void {
    this.#bySession.delete(keyOf(watched.session));
    const others = this.at(watched.address).filter((other) => other !== watched);
    if (others.length === 0) this.#byAddress.delete(watched.address);
    else this.#byAddress.set(watched.address, others);
  }
}

function keyOf({ frontEnd, id }: SessionRef): string {
  return `${frontEnd} ${id}`;
}
