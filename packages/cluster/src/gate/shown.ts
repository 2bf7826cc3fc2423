/**
 * What the sessions of this front-end have been shown of others: for each session that is watched, who was shown what
 * last. It is what makes recovery exact: what is said again is shown only to those who have missed it, and when an
 * owner and its sessions die together, those who saw them are told, and nobody else.
 */
import type { PresenceStamp } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { FullJid } from '@rollcall/xmpp';
import type { GoneSession, ShownSession, ToGate } from '../envelope/envelope.ts';
import { Watched, type Counts, type Layer } from './watched.ts';
import { WatchedIndex } from './watched-index.ts';

export type Deliver = Extract<ToGate, { readonly kind: 'deliver' }>;

/**
 * A login may be told of a contact twice, by the contact's broadcast and by the answer to its probe; its user's owner
 * sees to that (ARCHITECTURE.md, "Presence is soft, ordered and told once"). An owner that takes over in the middle of
 * it does not know what the former one has told.
 */
const careMs = 15_000;

export class Shown {
  readonly #timers: Timers;
  /** How long what is over is remembered, so that it is not shown again. */
  readonly #memoryMs: number;
  readonly #counts: Counts;
  readonly #watched = new WatchedIndex();
  #cancel: (() => void) | undefined;
  #carefulUntilMs = 0;

  /** `toldSinceMs`: since when a session is told of everybody; undefined for one that is over. */
  constructor(
    timers: Timers,
    memoryMs: number,
    toldSinceMs: (session: number) => number | undefined,
  ) {
    this.#timers = timers;
    this.#memoryMs = memoryMs;
    this.#counts = (session, shownMs) => {
      const sinceMs = toldSinceMs(session);
      return sinceMs !== undefined && shownMs >= sinceMs;
    };
  }

  get size(): number {
    return this.#watched.size;
  }

  /** Those of the envelope's sessions that are to be shown it; they count as shown. */
  admit(envelope: Deliver): readonly number[] {
    const { stamp, presenceOf, gone = false } = envelope;
    if (presenceOf === undefined) return envelope.sessions;
    if (stamp === undefined) {
      // They may not see it any more: what becomes of it is not for them.
      if (gone)
        for (const watched of this.#watched.at(presenceOf)) watched.forget(envelope.sessions);
      return envelope.sessions;
    }
    const known = this.#watched.get(stamp.session);
    const sessions = this.#newTo(envelope, known, stamp.seq, gone);
    if (sessions.length === 0) return sessions;
    const watched = known ?? this.#begin(stamp, presenceOf as FullJid);
    if (envelope.again === true) watched.carefulUntilMs = this.#timers.now() + careMs;
    const shown = { seq: stamp.seq, gone, directed: isDirected(envelope) };
    this.#note(watched, shown, sessions);
    return sessions;
  }

  /** Owners have changed. */
  beCareful(): void {
    this.#carefulUntilMs = this.#timers.now() + careMs;
  }

  /** The sessions of users of that shard, or of all, that somebody here sees as available. */
  visible(shard?: number): readonly ShownSession[] {
    return this.#watched
      .all()
      .filter((watched) => shard === undefined || watched.shard === shard)
      .filter((watched) => watched.watchers().length > 0)
      .map(({ session, address }) => ({ session, address }));
  }

  /** The sessions that any of these see as available. */
  visibleTo(watchers: ReadonlySet<number>): readonly ShownSession[] {
    return this.#watched
      .all()
      .filter((watched) => watched.watchers().some((watcher) => watchers.has(watcher)))
      .map(({ session, address }) => ({ session, address }));
  }

  /** Who is to be told that the session is gone; they count as told. */
  takeGone({ session, seq }: GoneSession): readonly number[] {
    const watched = this.#watched.get(session);
    if (watched === undefined) return [];
    const watchers = watched.watchers();
    watched.outdatedUpTo = seq;
    if (watchers.length > 0) this.#note(watched, { seq, gone: true, directed: false }, watchers);
    return watchers;
  }

  stop(): void {
    this.#cancel?.();
  }

  #newTo(
    envelope: Deliver,
    known: Watched | undefined,
    seq: number,
    gone: boolean,
  ): readonly number[] {
    const { sessions, again } = envelope;
    const { outdatedUpTo } = known ?? {};
    const lastOf = (session: number) =>
      gone || isDirected(envelope) ? known?.lastShown(session) : known?.lastBroadcast(session);
    if (outdatedUpTo !== undefined && seq <= outdatedUpTo) return [];
    if (again === true || (outdatedUpTo !== undefined && gone))
      return sessions.filter((session) => isNews(lastOf(session), seq, gone));
    const now = this.#timers.now();
    if (known === undefined) return sessions;
    if (now >= Math.max(this.#carefulUntilMs, known.carefulUntilMs)) return sessions;
    return sessions.filter((session) => {
      const last = lastOf(session);
      return last === undefined || last.atMs < now - careMs || isNewerThan(last, seq, gone);
    });
  }

  #begin({ session }: PresenceStamp, address: FullJid): Watched {
    const watched = new Watched(session, address, this.#counts);
    this.#watched.add(watched);
    this.#sweepLater();
    return watched;
  }

  #note(
    watched: Watched,
    shown: Pick<Layer, 'seq' | 'gone' | 'directed'>,
    sessions: readonly number[],
  ): void {
    this.#takePlace(watched, shown.gone, sessions);
    watched.note({ ...shown, atMs: this.#timers.now(), sessions });
  }

  /**
   * Whoever is shown this session sees no other with its address any more. What is still said of those is outdated, their
   * end above all: it would be taken for this one's. Some may have been shown here for the first time after this one,
   * which others saw before; but to each watcher the owner speaks in order.
   */
  #takePlace(watched: Watched, gone: boolean, sessions: readonly number[]): void {
    const namesakes = this.#watched.at(watched.address);
    if (namesakes.length === 1) return;
    const replaced = gone ? this.#watched.elders(watched) : namesakes;
    for (const other of replaced) if (other !== watched) other.forget(sessions);
  }

  #sweepLater(): void {
    this.#cancel ??= this.#timers.setTimeout(() => {
      this.#cancel = undefined;
      this.#sweep();
      if (this.#watched.size > 0) this.#sweepLater();
    }, this.#memoryMs);
  }

  #sweep(): void {
    const sinceMs = this.#timers.now() - this.#memoryMs;
    for (const watched of this.#watched.all())
      if (watched.isOver(sinceMs) || watched.isDeserted(sinceMs)) this.#watched.remove(watched);
  }
}

/** What is for all is addressed to nobody. */
function isDirected({ to }: Deliver): boolean {
  return to !== undefined;
}

/** Whoever is blocked is shown the session as gone, and perhaps as available again, with the number that it has. */
function isNewerThan(last: Layer, seq: number, gone: boolean): boolean {
  return seq > last.seq || (seq === last.seq && gone !== last.gone);
}

/** Whether a presence tells something to a session that was shown `last`. */
function isNews(last: Layer | undefined, seq: number, gone: boolean): boolean {
  // Nobody is told of the end of what they never saw.
  if (last === undefined) return !gone;
  return seq > last.seq && !(gone && last.gone);
}
