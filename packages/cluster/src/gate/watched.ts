/**
 * One session that is watched at this front-end: who was shown what of it last. Kept as the lists of numbers that came
 * with the envelopes, about eight bytes for each pair of watcher and watched.
 */
import type { SessionRef } from '@rollcall/presence';
import { bareOf, type FullJid } from '@rollcall/xmpp';
import { shardOf } from '../shard/shard-of.ts';

/** To whom one presence was shown. */
export interface Layer {
  readonly seq: number;
  readonly gone: boolean;
  /** It was for them alone: what all were told before may still be news to them. */
  readonly directed: boolean;
  readonly atMs: number;
  readonly sessions: readonly number[];
}

/** Whether what a session was shown then is still what it goes by: it lives, and is told of everybody since before that. */
export type Counts = (session: number, shownMs: number) => boolean;

const layersAtLeast = 8;

export class Watched {
  readonly session: SessionRef;
  readonly address: FullJid;
  readonly shard: number;
  /** Its end was shown because an audit said so: what it said up to this number may still come, and is outdated. */
  outdatedUpTo: number | undefined;
  /** Until then what was told because it was said again may come as it was said first. */
  carefulUntilMs = 0;
  readonly #counts: Counts;
  #layers: Layer[] = [];
  /** Layers above which they are brought together. */
  #compactAbove = layersAtLeast;
  #notedMs = 0;
  /** Since when it is gone, as far as was shown last: to all who saw it, or to those who may not see it any more. */
  #goneSinceMs: number | undefined;

  constructor(session: SessionRef, address: FullJid, counts: Counts) {
    this.session = session;
    this.address = address;
    this.shard = shardOf(bareOf(address));
    this.#counts = counts;
  }

  note(shown: Layer): void {
    this.#notedMs = shown.atMs;
    this.#goneSinceMs = shown.gone ? shown.atMs : undefined;
    const same = this.#layers.findIndex(
      ({ directed, sessions }) =>
        directed === shown.directed && isSameList(sessions, shown.sessions),
    );
    const replaced = this.#layers[same];
    if (replaced !== undefined && shown.seq >= replaced.seq)
      this.#layers[same] = { ...shown, sessions: replaced.sessions };
    else this.#layers.push(shown);
    if (this.#layers.length > this.#compactAbove) this.#compact();
  }

  forget(sessions: readonly number[]): void {
    const forgotten = new Set(sessions);
    this.#layers = this.#layers
      .map((layer) => ({ ...layer, sessions: without(layer.sessions, forgotten) }))
      .filter((layer) => layer.sessions.length > 0);
  }

  /** Live sessions that were shown it as available last. */
  watchers(): readonly number[] {
    return [...this.#latest()].filter(([, { gone }]) => !gone).map(([session]) => session);
  }

  lastShown(session: number): Layer | undefined {
    return this.#lastOf(session, () => true);
  }

  /** Of what all are told; and an end is an end, whoever else was told of it. */
  lastBroadcast(session: number): Layer | undefined {
    return this.#lastOf(session, ({ directed, gone }) => !directed || gone);
  }

  #lastOf(session: number, isMeant: (layer: Layer) => boolean): Layer | undefined {
    let last: Layer | undefined;
    for (const layer of this.#layers) {
      if (!isMeant(layer) || (last !== undefined && compare(layer, last) < 0)) continue;
      if (layer.sessions.includes(session) && this.#counts(session, layer.atMs)) last = layer;
    }
    return last;
  }

  /** Nobody who lives was shown anything of it, and nothing has been shown of it since then. */
  isDeserted(sinceMs: number): boolean {
    if (this.#notedMs > sinceMs) return false;
    return this.#layers.every(
      ({ sessions, atMs }) => !sessions.some((session) => this.#counts(session, atMs)),
    );
  }

  /** It has been gone since then, and nobody sees it. */
  isOver(sinceMs: number): boolean {
    if (this.#goneSinceMs === undefined || this.#goneSinceMs > sinceMs) return false;
    return this.watchers().length === 0;
  }

  /** Of each session only what it was shown last, alone and with all; sessions that have ended are forgotten. */
  #compact(): void {
    const toAll = this.#layers.filter(({ directed }) => !directed);
    const directed = [...this.#latest()].filter(([, layer]) => layer.directed);
    this.#layers = gathered([...this.#latest(toAll), ...directed]);
    this.#compactAbove = layersAtLeast + 2 * this.#layers.length;
  }

  /** What counts of what each was shown last. */
  #latest(layers: readonly Layer[] = this.#layers): ReadonlyMap<number, Layer> {
    const latest = new Map<number, Layer>();
    for (const layer of [...layers].sort(compare))
      for (const session of layer.sessions)
        if (this.#counts(session, layer.atMs)) latest.set(session, layer);
    return latest;
  }
}

/** Those who were shown the same, together. */
function gathered(shown: readonly (readonly [session: number, layer: Layer])[]): Layer[] {
  const layers = new Map<string, Layer & { readonly sessions: number[] }>();
  for (const [session, { seq, gone, directed, atMs }] of shown) {
    const key = `${seq} ${gone} ${directed} ${atMs}`;
    const layer = layers.get(key);
    if (layer === undefined) layers.set(key, { seq, gone, directed, atMs, sessions: [session] });
    else layer.sessions.push(session);
  }
  return [...layers.values()];
}

/** What was shown last is last by number, then by time. */
function compare(a: Layer, b: Layer): number {
  return a.seq - b.seq || a.atMs - b.atMs;
}

function without(sessions: readonly number[], some: ReadonlySet<number>): readonly number[] {
  return sessions.filter((session) => !some.has(session));
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
