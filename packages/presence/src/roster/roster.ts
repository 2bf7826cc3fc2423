/**
 * A user's contacts, cut into pages by a hash of their JIDs. Immutable: a change copies one page. When a page grows
 * too large the number of pages doubles, as a new generation of records, so that an interrupted change harms nothing.
 */

import type { BareJid } from '@rollcall/xmpp';
import type { RecordPart } from '../record/part.ts';
import type { SubscriptionState } from '../subscription/state.ts';
import { nothing, type ContactEntry } from './contact.ts';
import { Contacts } from './contacts.ts';
import type { Crowd } from './crowd.ts';
import { RosterPage, type ContactChange, type PageSummary, type Tombstone } from './page.ts';

/** What changed in the roster as clients see it, oldest first (RFC 6121 §2.6). */
export type RosterDelta =
  | { readonly kind: 'item'; readonly version: number; readonly entry: ContactEntry }
  | { readonly kind: 'removed'; readonly version: number; readonly jid: BareJid };

/** The roster after a change, and the parts of its record that are no longer what is stored. */
export interface RosterUpdate {
  readonly roster: Roster;
  readonly parts: readonly RecordPart[];
}

/** A page is written as one value: these keep it well below what a message on the bus may hold. */
const maxEntriesPerPage = 256;
const maxPageWeight = 98_304;
const maxPages = 2_048;

type ListName = {
  [Name in keyof PageSummary]: PageSummary[Name] extends readonly BareJid[] ? Name : never;
}[keyof PageSummary];
type CountName = Exclude<keyof PageSummary, ListName>;

export class Roster {
  static readonly empty = new Roster([RosterPage.empty], 0);

  /** Their number is a power of two. One alone is stored in the head of the record. */
  readonly pages: readonly RosterPage[];
  /** Names the set of page records. Unique in the life of a record; meaningless where there is one page. */
  readonly generation: number;
  /** The highest number that was given to a change; the roster's version (RFC 6121 §2.6). */
  readonly clock: number;
  readonly #crowds: Partial<Record<ListName, Crowd>> = {};

  constructor(pages: readonly RosterPage[], generation: number) {
    this.pages = pages;
    this.generation = generation;
    this.clock = pages.reduce((highest, { clock }) => Math.max(highest, clock), 0);
  }

  get(jid: BareJid): ContactEntry | undefined {
    return this.pages[pageOf(jid, this.pages.length)]?.entries.get(jid);
  }

  stateOf(jid: BareJid): SubscriptionState | undefined {
    return this.pages[pageOf(jid, this.pages.length)]?.entries.stateOf(jid);
  }

  *entries(): Generator<ContactEntry> {
    for (const { entries } of this.pages) yield* entries.values();
  }

  /** All contacts of one kind, a part for each page: the same object as long as nothing changes. */
  crowd(name: ListName): Crowd {
    return (this.#crowds[name] ??= this.pages
      .map(({ summary }) => summary[name])
      .filter((part) => part.length > 0));
  }

  /** All contacts of one kind in one list, for those who expect few. */
  list(name: ListName): readonly BareJid[] {
    const crowd = this.crowd(name);
    return crowd.length === 1 && crowd[0] !== undefined ? crowd[0] : crowd.flat();
  }

  count(name: CountName): number {
    return this.pages.reduce((sum, { summary }) => sum + summary[name], 0);
  }

  /** Applies changes that are at most one per contact. `clock` is at least the highest version in them. */
  with(changes: readonly ContactChange[], clock: number, maxTombstones: number): RosterUpdate {
    const byPage = new Map<number, ContactChange[]>();
    for (const change of changes) {
      const page = pageOf(change.entry.jid, this.pages.length);
      const others = byPage.get(page);
      if (others) others.push(change);
      else byPage.set(page, [change]);
    }
    const pages = this.pages.map((page, index) => {
      const own = byPage.get(index);
      return own ? page.with(own, clock, maxTombstones) : page;
    });
    if (this.#needsMorePages(pages, byPage.keys())) return repaginated(pages, clock);
    const parts = this.pages.length === 1 ? (['head'] as const) : [...byPage.keys()];
    return { roster: new Roster(pages, this.generation), parts };
  }

  /** The first of all numbers: versions from before, of an account of the same name, are unknown ever after. */
  startingAt(clock: number): Roster {
    return new Roster(
      [new RosterPage({ entries: Contacts.none, tombstones: nothing, clock, horizon: clock })],
      0,
    );
  }

  /** The numbers that follow are higher than this one. */
  countingFrom(clock: number): Roster {
    if (clock <= this.clock) return this;
    if (this.clock === 0) return this.startingAt(clock);
    const [first = RosterPage.empty, ...others] = this.pages;
    const pages = [first.with([], clock, first.tombstones.length), ...others];
    return new Roster(pages, this.generation);
  }

  /** What a client with that version does not know; undefined if that cannot be told, or costs more than all items. */
  since(version: number): readonly RosterDelta[] | undefined {
    const known = this.pages.every(({ horizon }) => version >= horizon);
    if (!known || version > this.clock) return undefined;
    const deltas: RosterDelta[] = [];
    for (const { entries, tombstones, clock } of this.pages) {
      if (clock <= version) continue;
      for (const entry of entries.values()) {
        if (entry.listed && entry.version > version) {
          deltas.push({ kind: 'item', version: entry.version, entry });
        }
      }
      for (const tombstone of tombstones) {
        if (tombstone.version > version) deltas.push({ kind: 'removed', ...tombstone });
      }
    }
    if (deltas.length > Math.max(minFullRoster, this.count('listed'))) return undefined;
    return deltas.sort((a, b) => a.version - b.version);
  }

  #needsMorePages(pages: readonly RosterPage[], changed: Iterable<number>): boolean {
    if (pages.length >= maxPages) return false;
    for (const index of changed) if (isTooLarge(pages[index])) return true;
    return false;
  }
}

/** Up to so many changes are always sent as changes. */
const minFullRoster = 16;

function isTooLarge(page: RosterPage | undefined): boolean {
  if (page === undefined || page.entries.size < 2) return false;
  return page.entries.size > maxEntriesPerPage || page.weight > maxPageWeight;
}

function repaginated(pages: readonly RosterPage[], generation: number): RosterUpdate {
  let finer = pages;
  do finer = spread(pages, finer.length * 2);
  while (finer.length < maxPages && finer.some(isTooLarge));
  const parts = [...finer.keys(), 'head' as const];
  return { roster: new Roster(finer, generation), parts };
}

/** The same contacts in more pages. More pages means more bits of the hash: a page's contacts come from one page. */
function spread(pages: readonly RosterPage[], count: number): readonly RosterPage[] {
  const entries = Array.from({ length: count }, (): ContactEntry[] => []);
  const tombstones = Array.from({ length: count }, (): Tombstone[] => []);
  for (const page of pages) {
    for (const entry of page.entries.values()) entries[pageOf(entry.jid, count)]?.push(entry);
    for (const tombstone of page.tombstones)
      tombstones[pageOf(tombstone.jid, count)]?.push(tombstone);
  }
  return entries.map((own, index) => {
    const { horizon, clock } = pages[index % pages.length] ?? RosterPage.empty;
    return new RosterPage({
      entries: Contacts.of(own),
      tombstones: tombstones[index] ?? [],
      horizon,
      clock,
    });
  });
}

/** FNV-1a over the code units. It decides where contacts are stored: never change it. */
function pageOf(jid: BareJid, pages: number): number {
  if (pages === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < jid.length; index += 1) {
    hash = Math.imul(hash ^ jid.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) & (pages - 1);
}
