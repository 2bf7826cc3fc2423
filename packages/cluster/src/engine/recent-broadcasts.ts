/**
 * What was broadcast of late, the newest of each session: if an owner of recipients dies, it is said again to the next,
 * so that nobody misses the last presence of anybody.
 */
import type { StampedPresence } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { shardOf } from '../shard/shard-of.ts';

export interface Said {
  readonly presence: StampedPresence;
  readonly to: readonly BareJid[];
  readonly probe: readonly BareJid[];
}

interface Recent extends Said {
  readonly user: BareJid;
  readonly atMs: number;
}

export interface RecentPart {
  readonly user: BareJid;
  /** Of the recipients, those in the shards that were asked for. */
  readonly said: Said;
}

export class RecentBroadcasts {
  readonly #timers: Timers;
  readonly #windowMs: number;
  readonly #limit: number;
  /** By session; oldest first. */
  readonly #recent = new Map<string, Recent>();

  constructor(timers: Timers, windowMs: number, limit: number) {
    this.#timers = timers;
    this.#windowMs = windowMs;
    this.#limit = limit;
  }

  note(user: BareJid, { presence, to, probe }: Said): void {
    const { frontEnd, id } = presence.stamp.session;
    const key = `${frontEnd} ${id}`;
    const before = this.#recent.get(key);
    this.#recent.delete(key);
    const atMs = this.#timers.now();
    // What was asked and not answered when the session spoke again is asked again, too.
    const asked = probe.length > 0 ? probe : this.#stillRecent(before)?.probe;
    this.#recent.set(key, { user, presence, to, probe: asked ?? probe, atMs });
    this.#forgetOld();
  }

  /** In the order of speaking, what was said to users of these shards. */
  saidTo(shards: ReadonlySet<number>): readonly RecentPart[] {
    this.#forgetOld();
    const isThere = (user: BareJid) => shards.has(shardOf(user));
    return [...this.#recent.values()]
      .map(({ user, presence, to, probe }) => ({
        user,
        said: { presence, to: to.filter(isThere), probe: probe.filter(isThere) },
      }))
      .filter(({ said: { to, probe } }) => to.length > 0 || probe.length > 0);
  }

  #stillRecent(recent: Recent | undefined): Recent | undefined {
    if (recent === undefined) return undefined;
    return recent.atMs > this.#timers.now() - this.#windowMs ? recent : undefined;
  }

  #forgetOld(): void {
    for (const [key, recent] of this.#recent) {
      if (this.#recent.size <= this.#limit && this.#stillRecent(recent)) return;
      this.#recent.delete(key);
    }
  }
}
