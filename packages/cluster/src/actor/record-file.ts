/**
 * One user's record in the store: its keys, the revisions that were read, and writes that nobody else's are lost to.
 */
import type { RecordLayout, RecordPart, SavedPart, UserState } from '@rollcall/presence';
import { userKey, userOfKey, type RecordStore, type StoredRecord } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { freshnessOf, type Freshness } from './freshness.ts';
import type { PresenceCore, RecordTexts } from './presence-core.ts';
import { headPlace, Revisions, type Place } from './revisions.ts';

export const userKeyPrefix = 'user/';

/** The part of a key that stands for the user: `juliet=40example=2Ecom` of `user/juliet=40example=2Ecom/h`. */
export function userPartOf(key: string): string {
  return key.slice(userKeyPrefix.length, key.indexOf('/', userKeyPrefix.length));
}

/**
 * Where a JID is kept that is too long to be a key: then the keys hold its hash (`userKey`), and whoever lists them
 * could not tell whose they are.
 */
export function nameKeyOf(userPart: string): string {
  return `name/${userPart}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type SaveOutcome = 'saved' | 'conflict';

/** What was found in the store, which changes nothing until it is accepted: it may be only half of what is needed. */
export interface RecordReading {
  readonly texts: RecordTexts;
  readonly revisions: Revisions;
}

export class RecordFile {
  readonly #store: RecordStore;
  readonly #core: PresenceCore;
  readonly #user: BareJid;
  /** In the store; a part that is not here does not exist as far as we know. */
  #revisions = new Revisions();
  /** Of what the state goes back to: the same, but as long as what the store has lost was not given back. */
  #known = this.#revisions;

  constructor(store: RecordStore, core: PresenceCore, user: BareJid) {
    this.#store = store;
    this.#core = core;
    this.#user = user;
  }

  /** Rejects with `StoreError`; then nothing has become of it. */
  async read(): Promise<RecordReading> {
    const revisions = new Revisions();
    const texts = await this.#readTexts(revisions);
    await this.#noteLeftOut(revisions);
    return { texts, revisions };
  }

  /** From now on, writes follow what was read; what the store has lost stays known until it is written again. */
  accept({ revisions }: RecordReading): Freshness {
    const freshness = freshnessOf(this.#known, revisions);
    this.#revisions = revisions;
    if (freshness !== 'older') this.#known = this.#revisions;
    return freshness;
  }

  async #readTexts(revisions: Revisions): Promise<RecordTexts> {
    const head = note(revisions, headPlace, await this.#store.read(this.#keyOf(headPlace)));
    const pages = new Map<number, string>();
    const layout = head === undefined ? undefined : this.#core.pagesOf(head);
    if (!layout?.ok || layout.value.pages.length === 0) return { head, pages };
    const { generation, pages: numbers } = layout.value;
    const keys = numbers.map((page) => this.#keyOf(placeOf(page, generation)));
    const records = await this.#store.readMany(keys);
    for (const [index, page] of numbers.entries()) {
      const text = note(revisions, placeOf(page, generation), records[index]);
      if (text !== undefined) pages.set(page, text);
    }
    return { head, pages };
  }

  /** Pages before the head, which points to them; then pages of an older generation go. */
  save(state: UserState, parts: readonly SavedPart[]): Promise<SaveOutcome> {
    const [head] = parts;
    const { generation, pages } = this.#core.layoutOf(state);
    const isAlone = parts.length === 1 && head?.part === 'head';
    const isKnown = this.#revisions.get(headPlace) !== undefined;
    if (isAlone && isKnown && this.#revisions.size === pages.length + 1)
      return this.#write(state, head, generation);
    return this.#saveAll(state, parts);
  }

  async #saveAll(state: UserState, parts: readonly SavedPart[]): Promise<SaveOutcome> {
    if (this.#revisions.size === 0) await this.#keepName();
    const layout = this.#core.layoutOf(state);
    const pages = parts.filter(({ part }) => part !== 'head');
    if (pages.length > 0) {
      const writes = pages.map((page) => this.#write(state, page, layout.generation));
      if ((await Promise.all(writes)).includes('conflict')) return 'conflict';
    }
    const head = parts.find(({ part }) => part === 'head');
    if (head === undefined) return 'saved';
    const outcome = await this.#write(state, head, layout.generation);
    const isStale = this.#revisions.size > layout.pages.length + 1;
    if (outcome === 'saved' && isStale) await this.#deleteStale(layout);
    return outcome;
  }

  /** Whether the store has what was to be saved: a save that seemed to fail may have been carried out. */
  async holds(state: UserState, parts: readonly SavedPart[]): Promise<boolean> {
    const { generation } = this.#core.layoutOf(state);
    for (const { part } of parts) {
      const value = encoder.encode(this.#core.encodePart(state, part));
      if ((await this.#wasOurs(placeOf(part, generation), value)) === 'conflict') return false;
    }
    return true;
  }

  /** The head first: pages without a head are nothing, a head without its pages is a damaged record. */
  async erase(): Promise<SaveOutcome> {
    for (const [place, revision] of this.#revisions.entries()) {
      const key = this.#keyOf(place);
      const outcome = await this.#store.delete(key, revision);
      if (!outcome.ok && (await this.#store.read(key)) !== undefined) return 'conflict';
      this.#isGone(place);
    }
    return 'saved';
  }

  async #keepName(): Promise<void> {
    const part = userKey(this.#user);
    if (userOfKey(part) !== undefined) return;
    // A conflict means that it is there already: it never changes.
    await this.#store.write(nameKeyOf(part), encoder.encode(this.#user), 0);
  }

  #write(
    state: UserState,
    { part, unsettled }: SavedPart,
    generation: number,
  ): Promise<SaveOutcome> {
    const place = placeOf(part, generation);
    const value = encoder.encode(this.#core.encodePart(state, part));
    const expected = this.#revisions.get(place) ?? 0;
    return this.#store
      .write(this.#keyOf(place), value, expected, { unsettled })
      .then((outcome) =>
        outcome.ok ? this.#isWritten(place, outcome.revision) : this.#wasOurs(place, value),
      );
  }

  /** A write that seemed to fail may have been carried out: then what is there is what we wanted to be there. */
  async #wasOurs(place: Place, value: Uint8Array): Promise<SaveOutcome> {
    const there = await this.#store.read(this.#keyOf(place));
    if (there === undefined || Buffer.compare(there.value, value) !== 0) return 'conflict';
    return this.#isWritten(place, there.revision);
  }

  #isWritten(place: Place, revision: number): 'saved' {
    this.#revisions.set(place, revision);
    this.#known.set(place, revision);
    return 'saved';
  }

  #isGone(place: Place): void {
    this.#revisions.delete(place);
    this.#known.delete(place);
  }

  async #deleteStale({ generation, pages }: RecordLayout): Promise<void> {
    const current = new Set(pages.map((page) => placeOf(page, generation)));
    current.add(headPlace);
    for (const [place, revision] of this.#revisions.entries()) {
      if (current.has(place)) continue;
      await this.#store.delete(this.#keyOf(place), revision);
      this.#isGone(place);
    }
  }

  /** Parts that the head does not point to any more may be there all the same. */
  async #noteLeftOut(revisions: Revisions): Promise<void> {
    const before = [...this.#revisions.entries(), ...this.#known.entries()];
    const known = new Set(before.map(([place]) => place));
    const places = [...known].filter((place) => revisions.get(place) === undefined);
    if (places.length === 0) return;
    const records = await this.#store.readMany(places.map((place) => this.#keyOf(place)));
    for (const [index, place] of places.entries()) note(revisions, place, records[index]);
  }

  #keyOf(place: Place): string {
    return `${userKeyPrefix}${userKey(this.#user)}/${place}`;
  }
}

function placeOf(part: RecordPart, generation: number): Place {
  return part === 'head' ? headPlace : `g${generation}p${part}`;
}

function note(
  revisions: Revisions,
  place: Place,
  record: StoredRecord | undefined,
): string | undefined {
  if (record === undefined) return undefined;
  revisions.set(place, record.revision);
  return decoder.decode(record.value);
}
