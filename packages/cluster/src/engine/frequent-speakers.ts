/**
 * Whose hearers are worth keeping: sessions that have spoken several times of late. Bounded by the places on their
 * lists; whoever has spoken longest ago goes first.
 */
import { isSameSession, type SessionRef, type StampedPresence } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import { isFullJid, type BareJid, type FullJid } from '@rollcall/xmpp';
import { Hearers } from './hearers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Residents } from './residents.ts';

interface Speaker {
  readonly session: SessionRef;
  /** The highest number of a presence heard, and how many were heard, none a minute after the one before. */
  seq: number;
  times: number;
  heardMs: number;
  /** One for each piece of its roster, and when it was used last. */
  readonly lists: Map<Hearers, number>;
}

/** Lists are made for the third presence within a minute, and kept as long as none is further away. */
const oftenEnough = 3;
const forgetAfterMs = 60_000;
/** What was used so recently gives no place up: else lists would be made and thrown away in turn. */
const safeForMs = 10_000;
const speakersAtMost = 10_000;

export class FrequentSpeakers {
  readonly #residents: Residents;
  readonly #timers: Timers;
  readonly #placesAtMost: number;
  readonly #metrics: Metrics;
  /** In the order of their last words. */
  readonly #speakers = new Map<FullJid, Speaker>();
  #places = 0;

  constructor(residents: Residents, timers: Timers, placesAtMost: number, metrics: Metrics) {
    this.#metrics = metrics;
    this.#residents = residents;
    this.#timers = timers;
    this.#placesAtMost = placesAtMost;
  }

  get places(): number {
    return this.#places;
  }

  /** The list of its hearers among these, if there is one that holds; for a presence that is said for the first time. */
  hearersOf(presence: StampedPresence, users: readonly BareJid[]): Hearers | undefined {
    const { stanza, stamp } = presence;
    const { from } = stanza;
    if (from === undefined || !isFullJid(from)) return undefined;
    if (stanza.type !== undefined) {
      this.forget(from);
      return undefined;
    }
    const speaker = this.#heard(from, stamp.session);
    if (stamp.seq > speaker.seq) {
      speaker.seq = stamp.seq;
      speaker.times += 1;
    }
    const known = this.#listFor(speaker, users);
    if (known === undefined)
      return speaker.times < oftenEnough ? undefined : this.#begin(speaker, users, presence);
    if (stamp.seq > known.last.stamp.seq) return known;
    this.forget(from);
    return undefined;
  }

  /** What is known of its hearers is no longer what they are told of it. */
  forget(address: FullJid): void {
    const speaker = this.#speakers.get(address);
    if (speaker === undefined) return;
    this.#speakers.delete(address);
    for (const list of speaker.lists.keys()) this.#dissolve(list);
  }

  #heard(from: FullJid, session: SessionRef): Speaker {
    const nowMs = this.#timers.now();
    const known = this.#speakers.get(from);
    if (known !== undefined && isOngoing(known, session, nowMs)) {
      known.heardMs = nowMs;
      this.#speakers.delete(from);
      this.#speakers.set(from, known);
      return known;
    }
    this.forget(from);
    this.#forgetOldest(nowMs);
    const speaker = {
      session,
      seq: 0,
      times: 0,
      heardMs: nowMs,
      lists: new Map<Hearers, number>(),
    };
    this.#speakers.set(from, speaker);
    return speaker;
  }

  #listFor({ lists, heardMs }: Speaker, users: readonly BareJid[]): Hearers | undefined {
    for (const list of lists.keys())
      if (list.isFor(users)) {
        lists.set(list, heardMs);
        return list;
      }
    return undefined;
  }

  /** Lists of a roster, or of owners, that have changed since are no longer used, and go as new ones come. */
  #begin(
    { lists, heardMs }: Speaker,
    users: readonly BareJid[],
    presence: StampedPresence,
  ): Hearers | undefined {
    for (const [list, usedMs] of lists)
      if (usedMs < heardMs - safeForMs) {
        lists.delete(list);
        this.#dissolve(list);
      }
    this.#makeRoom(users.length);
    if (this.#places + users.length > this.#placesAtMost) return undefined;
    const list = new Hearers(users, presence, this.#residents, this.#metrics);
    lists.set(list, heardMs);
    this.#places += list.places;
    return list;
  }

  #makeRoom(places: number): void {
    const sinceMs = this.#timers.now() - safeForMs;
    for (const [address, { heardMs }] of this.#speakers) {
      if (heardMs >= sinceMs || this.#places + places <= this.#placesAtMost) return;
      this.forget(address);
    }
  }

  #forgetOldest(nowMs: number): void {
    for (const [address, { heardMs }] of this.#speakers) {
      if (nowMs < heardMs + forgetAfterMs && this.#speakers.size < speakersAtMost) return;
      this.forget(address);
    }
  }

  #dissolve(list: Hearers): void {
    this.#places -= list.places;
    list.dissolve();
  }
}

function isOngoing({ session, heardMs }: Speaker, now: SessionRef, nowMs: number): boolean {
  return isSameSession(session, now) && nowMs < heardMs + forgetAfterMs;
}
