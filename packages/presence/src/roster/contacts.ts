/**
 * The contacts of one page, in columns: as an object with a field for everything that a contact may have, each would
 * take three times the memory, for every user who is online. What callers get is put together when they ask. Immutable.
 */

import type { BareJid } from '@rollcall/xmpp';
import { subscriptionStates, type SubscriptionState } from '../subscription/state.ts';
import { nothing, type ContactEntry } from './contact.ts';

/** What most contacts have nothing of. */
type Rest = Partial<Omit<ContactEntry, 'jid' | 'state' | 'listed' | 'approved' | 'version'>>;

/** A contact is at the same place in each. */
interface Columns {
  readonly jids: BareJid[];
  /** State and flags. */
  readonly codes: number[];
  readonly versions: number[];
  /** Absent where no contact has any; it may end before the others do. */
  rests: (Rest | undefined)[] | undefined;
}

/** So few are found as fast one by one; an index takes 49 bytes for each of ten. */
const searched = 4;

export class Contacts {
  static readonly none = new Contacts({ jids: [], codes: [], versions: [], rests: undefined });

  readonly #columns: Columns;
  readonly #places: ReadonlyMap<BareJid, number> | undefined;

  private constructor(columns: Columns) {
    const { jids } = columns;
    this.#columns = columns;
    this.#places =
      jids.length > searched ? new Map(jids.map((jid, place) => [jid, place])) : undefined;
  }

  /** Of two with one name the latter counts. */
  static of(entries: readonly ContactEntry[]): Contacts {
    const contacts = new Contacts(columnsOf(entries));
    if (!contacts.#namesOneTwice()) return contacts;
    return Contacts.of([...new Map(entries.map((entry) => [entry.jid, entry])).values()]);
  }

  get size(): number {
    return this.#columns.jids.length;
  }

  get jids(): readonly BareJid[] {
    return this.#columns.jids;
  }

  get(jid: BareJid): ContactEntry | undefined {
    const place = this.#placeOf(jid);
    return place < 0 ? undefined : entryAt(this.#columns, place);
  }

  /** For those who ask nothing else, as every broadcast does of every recipient. */
  stateOf(jid: BareJid): SubscriptionState | undefined {
    const place = this.#placeOf(jid);
    return place < 0 ? undefined : stateIn(this.#columns.codes[place] ?? 0);
  }

  *values(): Generator<ContactEntry> {
    for (const place of this.#columns.jids.keys()) yield entryAt(this.#columns, place);
  }

  /** With these in the place of those of the same name, and without those who are to be forgotten. */
  with(entries: readonly ContactEntry[], forgotten: ReadonlySet<BareJid>): Contacts {
    const columns = copyOf(this.#columns);
    for (const entry of entries) {
      const place = this.#placeOf(entry.jid);
      put(columns, place < 0 ? columns.jids.length : place, entry);
    }
    return new Contacts(forgotten.size === 0 ? columns : without(columns, forgotten));
  }

  #namesOneTwice(): boolean {
    const { jids } = this.#columns;
    if (this.#places !== undefined) return this.#places.size < jids.length;
    return jids.some((jid, place) => jids.indexOf(jid) < place);
  }

  #placeOf(jid: BareJid): number {
    if (this.#places !== undefined) return this.#places.get(jid) ?? -1;
    return this.#columns.jids.indexOf(jid);
  }
}

function columnsOf(entries: readonly ContactEntry[]): Columns {
  const columns: Columns = { jids: [], codes: [], versions: [], rests: undefined };
  for (const entry of entries) put(columns, columns.jids.length, entry);
  // Lists that have grown item by item have room for more.
  return copyOf(columns);
}

function copyOf({ jids, codes, versions, rests }: Columns): Columns {
  return {
    jids: jids.slice(),
    codes: codes.slice(),
    versions: versions.slice(),
    rests: rests?.slice(),
  };
}

function without(columns: Columns, forgotten: ReadonlySet<BareJid>): Columns {
  const { jids, codes, versions, rests } = columns;
  const goes = jids.map((jid) => forgotten.has(jid));
  const stays = (_: unknown, place: number) => goes[place] === false;
  return {
    jids: jids.filter(stays),
    codes: codes.filter(stays),
    versions: versions.filter(stays),
    rests: rests?.filter(stays),
  };
}

const listedFlag = 1;
const approvedFlag = 2;
const flagBits = 2;

function stateIn(code: number): SubscriptionState {
  return subscriptionStates[code >> flagBits] ?? 'None';
}

function put(columns: Columns, place: number, entry: ContactEntry): void {
  const { jid, state, listed, approved, version } = entry;
  const flags = (listed ? listedFlag : 0) | (approved ? approvedFlag : 0);
  columns.jids[place] = jid;
  columns.codes[place] = (subscriptionStates.indexOf(state) << flagBits) | flags;
  columns.versions[place] = version;
  const rest = restOf(entry);
  if (rest === undefined && columns.rests === undefined) return;
  const rests = (columns.rests ??= []);
  while (rests.length < place) rests.push(undefined);
  rests[place] = rest;
}

function restOf(entry: ContactEntry): Rest | undefined {
  const { name, groups, request, notices, asked, withdrawn, heard, outbox } = entry;
  const rest: { -readonly [Field in keyof Rest]: Rest[Field] } = {};
  if (name !== undefined) rest.name = name;
  if (groups.length > 0) rest.groups = groups;
  if (asked > 0) rest.asked = asked;
  if (heard > 0) rest.heard = heard;
  if (withdrawn > 0) rest.withdrawn = withdrawn;
  if (request !== undefined) rest.request = request;
  if (notices.length > 0) rest.notices = notices;
  if (outbox.length > 0) rest.outbox = outbox;
  for (const _ in rest) return rest;
  return undefined;
}

const noRest: Rest = {};

function entryAt({ jids, codes, versions, rests }: Columns, place: number): ContactEntry {
  const jid = jids[place];
  if (jid === undefined) throw new Error(`there is no contact at place ${place}`);
  const code = codes[place] ?? 0;
  const rest = rests?.[place] ?? noRest;
  const { name, request } = rest;
  return {
    jid,
    state: stateIn(code),
    listed: (code & listedFlag) !== 0,
    approved: (code & approvedFlag) !== 0,
    version: versions[place] ?? 0,
    groups: rest.groups ?? nothing,
    notices: rest.notices ?? nothing,
    asked: rest.asked ?? 0,
    withdrawn: rest.withdrawn ?? 0,
    heard: rest.heard ?? 0,
    outbox: rest.outbox ?? nothing,
    ...(name === undefined ? {} : { name }),
    ...(request === undefined ? {} : { request }),
  };
}
