/**
 * What the sessions of this front-end have been shown of others: for each session that is watched, who was shown what
 * last. It is what makes recovery exact: what is said again is shown only to those who have missed it, and when an
 * owner and its sessions die together, those who saw them are told, and nobody else. Kept as the lists of numbers that
 * came with the envelopes, about eight bytes for each pair of watcher and watched.
 */
import type { PresenceStamp, SessionRef } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import { bareOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import type { GoneSession, ShownSession, ToGate } from '../envelope/envelope.ts';
import { shardOf } from '../shard/shard-of.ts';

export type Deliver = Extract<ToGate, { readonly kind: 'deliver' }>;

/** To whom one presence was shown. */
interface Layer {
  seq: number;
  gone: boolean;
  atMs: number;
  sessions: readonly number[];
}

interface Watched {
  readonly session: SessionRef;
  readonly address: FullJid;
  readonly shard: number;
  /** The session that had the address before: whoever is shown this one sees that one no more. */
  before: Watched | undefined;
  layers: Layer[];
  /** Layers above which they are brought together. */
  compactAbove: number;
  /** Since when it is gone, as far as was shown last: to all who saw it, or to those who may not see it any more. */
  goneSinceMs: number | undefined;
  /** Its end was shown because an audit said so: what it said up to this number may still come, and is outdated. */
  outdatedUpTo: number | undefined;
  /** Until then what was told because it was said again may come as it was said first. */
  carefulUntilMs: number;
}

const layersAtLeast = 8;

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
  /** Since when a session is told of everybody; undefined for one that is over. */
  readonly #toldSinceMs: (session: number) => number | undefined;
  readonly #watched = new Map<string, Watched>();
  /** The latest session of each address. */
  readonly #latest = new Map<FullJid, Watched>();
  #cancel: (() => void) | undefined;
  #carefulUntilMs = 0;

  constructor(
    timers: Timers,
    memoryMs: number,
    toldSinceMs: (session: number) => number | undefined,
  ) {
    this.#timers = timers;
    this.#memoryMs = memoryMs;
    this.#toldSinceMs = toldSinceMs;
  }

  get size(): number {
    return this.#watched.size;
  }

  /** Those of the envelope's sessions that are to be shown it; they count as shown. */
  admit(envelope: Deliver): readonly number[] {
    const { stamp, presenceOf, gone = false } = envelope;
    if (presenceOf === undefined) return envelope.sessions;
    if (stamp === undefined) {
      if (gone) this.#hide(presenceOf, envelope.sessions);
      return envelope.sessions;
    }
    const key = keyOf(stamp.session);
    const known = this.#watched.get(key);
    const sessions = this.#newTo(envelope, known, stamp.seq, gone);
    if (sessions.length === 0) return sessions;
    const watched = known ?? this.#begin(key, stamp, presenceOf as FullJid);
    if (envelope.again === true) watched.carefulUntilMs = this.#timers.now() + careMs;
    this.#note(watched, stamp.seq, gone, sessions);
    return sessions;
  }

  /** Owners have changed. */
  beCareful(): void {
    this.#carefulUntilMs = this.#timers.now() + careMs;
  }

  /** The sessions of users of that shard, or of all, that somebody here sees as available. */
  visible(shard?: number): readonly ShownSession[] {
    return [...this.#watched.values()]
      .filter((watched) => shard === undefined || watched.shard === shard)
      .filter((watched) => this.#watchersOf(watched).length > 0)
      .map(({ session, address }) => ({ session, address }));
  }

  /** The sessions that any of these see as available. */
  visibleTo(watchers: ReadonlySet<number>): readonly ShownSession[] {
    return [...this.#watched.values()]
      .filter((watched) => this.#watchersOf(watched).some((watcher) => watchers.has(watcher)))
      .map(({ session, address }) => ({ session, address }));
  }

  /** Who is to be told that the session is gone; they count as told. */
  takeGone({ session, seq }: GoneSession): readonly number[] {
    const watched = this.#watched.get(keyOf(session));
    if (watched === undefined) return [];
    const watchers = this.#watchersOf(watched);
    watched.outdatedUpTo = seq;
    if (watchers.length > 0) this.#note(watched, seq, true, watchers);
    return watchers;
  }

  stop(): void {
    this.#cancel?.();
  }

  #newTo(
    { sessions, again }: Deliver,
    known: Watched | undefined,
    seq: number,
    gone: boolean,
  ): readonly number[] {
    const { outdatedUpTo } = known ?? {};
    if (outdatedUpTo !== undefined && seq <= outdatedUpTo) return [];
    if (again === true || (outdatedUpTo !== undefined && gone))
      return sessions.filter((session) => isNews(this.#lastShown(known, session), seq, gone));
    const now = this.#timers.now();
    if (known === undefined) return sessions;
    if (now >= Math.max(this.#carefulUntilMs, known.carefulUntilMs)) return sessions;
    return sessions.filter((session) => {
      const last = this.#lastShown(known, session);
      return last === undefined || last.atMs < now - careMs || isNewerThan(last, seq, gone);
    });
  }

  #begin(key: string, { session }: PresenceStamp, address: FullJid): Watched {
    const watched: Watched = {
      session,
      address,
      shard: shardOf(bareOf(address)),
      before: this.#latest.get(address),
      layers: [],
      compactAbove: layersAtLeast,
      goneSinceMs: undefined,
      outdatedUpTo: undefined,
      carefulUntilMs: 0,
    };
    this.#watched.set(key, watched);
    this.#latest.set(address, watched);
    this.#sweepLater();
    return watched;
  }

  /** They may not see it any more: what becomes of it is not for them. */
  #hide(address: FullJid | BareJid, from: readonly number[]): void {
    for (const watched of this.#watched.values())
      if (watched.address === address) forget(watched, from);
  }

  #note(watched: Watched, seq: number, gone: boolean, sessions: readonly number[]): void {
    const atMs = this.#timers.now();
    watched.goneSinceMs = gone ? atMs : undefined;
    if (watched.before !== undefined) takePlace(watched, sessions);
    const same = watched.layers.find((layer) => isSameList(layer.sessions, sessions));
    if (same !== undefined && seq >= same.seq) {
      same.seq = seq;
      same.gone = gone;
      same.atMs = atMs;
    } else watched.layers.push({ seq, gone, atMs, sessions });
    if (watched.layers.length > watched.compactAbove) this.#compact(watched);
  }

  /** Of each session only what it was shown last; sessions that have ended are forgotten. */
  #compact(watched: Watched): void {
    const layers = new Map<string, Layer & { readonly sessions: number[] }>();
    for (const [session, { seq, gone, atMs }] of this.#latestOf(watched)) {
      const key = `${seq} ${gone} ${atMs}`;
      const layer = layers.get(key);
      if (layer === undefined) layers.set(key, { seq, gone, atMs, sessions: [session] });
      else layer.sessions.push(session);
    }
    watched.layers = [...layers.values()];
    watched.compactAbove = layersAtLeast + 2 * watched.layers.length;
  }

  /** Live sessions that were shown it as available last. */
  #watchersOf(watched: Watched): readonly number[] {
    return [...this.#latestOf(watched)].filter(([, { gone }]) => !gone).map(([session]) => session);
  }

  /** What counts of what each was shown last. */
  #latestOf({ layers }: Watched): ReadonlyMap<number, Layer> {
    const latest = new Map<number, Layer>();
    for (const layer of [...layers].sort(compare))
      for (const session of layer.sessions)
        if (this.#counts(session, layer.atMs)) latest.set(session, layer);
    return latest;
  }

  #sweepLater(): void {
    this.#cancel ??= this.#timers.setTimeout(() => {
      this.#cancel = undefined;
      this.#sweep();
      if (this.#watched.size > 0) this.#sweepLater();
    }, this.#memoryMs);
  }

  #sweep(): void {
    const since = this.#timers.now() - this.#memoryMs;
    for (const [key, watched] of this.#watched) {
      if (!this.#isOver(watched, since) && !this.#isDeserted(watched)) continue;
      this.#watched.delete(key);
      if (this.#latest.get(watched.address) === watched) this.#latest.delete(watched.address);
    }
  }

  /** It has been gone since then, and nobody sees it. */
  #isOver(watched: Watched, sinceMs: number): boolean {
    const { goneSinceMs } = watched;
    if (goneSinceMs === undefined || goneSinceMs > sinceMs) return false;
    return this.#watchersOf(watched).length === 0;
  }

  #isDeserted({ layers }: Watched): boolean {
    return layers.every(
      ({ sessions, atMs }) => !sessions.some((session) => this.#counts(session, atMs)),
    );
  }

  /** Whether what the session was shown then is still what it goes by. */
  #counts(session: number, shownMs: number): boolean {
    const sinceMs = this.#toldSinceMs(session);
    return sinceMs !== undefined && shownMs >= sinceMs;
  }

  #lastShown(watched: Watched | undefined, session: number): Layer | undefined {
    let last: Layer | undefined;
    for (const layer of watched?.layers ?? []) {
      if (last !== undefined && compare(layer, last) < 0) continue;
      if (layer.sessions.includes(session) && this.#counts(session, layer.atMs)) last = layer;
    }
    return last;
  }
}

function keyOf({ frontEnd, id }: SessionRef): string {
  return `${frontEnd} ${id}`;
}

/** Whatever is still said of those before it is outdated for them, their end above all: it would be taken for its own. */
function takePlace(watched: Watched, sessions: readonly number[]): void {
  for (let older = watched.before; older !== undefined; older = older.before)
    forget(older, sessions);
  const { before } = watched;
  if (before?.layers.every((layer) => layer.sessions.length === 0)) watched.before = before.before;
}

function forget({ layers }: Watched, sessions: readonly number[]): void {
  const forgotten = new Set(sessions);
  for (const layer of layers)
    layer.sessions = layer.sessions.filter((session) => !forgotten.has(session));
}

/** What was shown last is last by number, then by time. */
function compare(a: Layer, b: Layer): number {
  return a.seq - b.seq || a.atMs - b.atMs;
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

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
