/**
 * One user's record in the store: its keys, the revisions that were read, and writes that nobody else's are lost to.
 */
import type { RecordPart, SavedPart, UserState } from '@rollcall/presence';
import { userKey, type RecordStore, type StoredRecord } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { PresenceCore, RecordTexts } from './presence-core.ts';

export const userKeyPrefix = 'user/';

/** The part of a key that stands for the user: `juliet=40example=2Ecom` of `user/juliet=40example=2Ecom/h`. */
export function userPartOf(key: string): string {
  return key.slice(userKeyPrefix.length, key.indexOf('/', userKeyPrefix.length));
}

export function headKeyOf(user: BareJid): string {
  return `${userKeyPrefix}${userKey(user)}/h`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type SaveOutcome = 'saved' | 'conflict';

export class UserRecord {
  readonly #store: RecordStore;
  readonly #core: PresenceCore;
  readonly #base: string;
  /** By key; a key that is not here does not exist as far as we know. */
  readonly #revisions = new Map<string, number>();

  constructor(store: RecordStore, core: PresenceCore, user: BareJid) {
    this.#store = store;
    this.#core = core;
    this.#base = `${userKeyPrefix}${userKey(user)}/`;
  }

  /** Undefined where there is none. Rejects with `StoreError`. */
  async read(): Promise<RecordTexts | undefined> {
    this.#revisions.clear();
    const head = this.#note(this.#keyOf('head', 0), await this.#store.read(this.#keyOf('head', 0)));
    if (head === undefined) return undefined;
    const layout = this.#core.pagesOf(head);
    const pages = new Map<number, string>();
    if (layout === undefined || layout.pages.length === 0) return { head, pages };
    const keyOf = (page: number) => this.#keyOf(page, layout.generation);
    const records = await this.#store.readMany(layout.pages.map(keyOf));
    for (const [index, page] of layout.pages.entries()) {
      const text = this.#note(keyOf(page), records[index]);
      if (text !== undefined) pages.set(page, text);
    }
    return { head, pages };
  }

  /** Pages before the head, which points to them; then pages of an older generation go. */
  async save(state: UserState, parts: readonly SavedPart[]): Promise<SaveOutcome> {
    const layout = this.#core.layoutOf(state);
    const pages = parts.filter(({ part }) => part !== 'head');
    const written = await Promise.all(
      pages.map((page) => this.#write(state, page, layout.generation)),
    );
    if (written.includes('conflict')) return 'conflict';
    const head = parts.find(({ part }) => part === 'head');
    if (head === undefined) return 'saved';
    const outcome = await this.#write(state, head, layout.generation);
    if (outcome === 'saved') await this.#deleteStale(layout);
    return outcome;
  }

  /** The head first: pages without a head are nothing, a head without its pages is a damaged record. */
  async erase(): Promise<SaveOutcome> {
    const head = this.#keyOf('head', 0);
    for (const key of [head, ...[...this.#revisions.keys()].filter((other) => other !== head)]) {
      const revision = this.#revisions.get(key);
      if (revision === undefined) continue;
      const outcome = await this.#store.delete(key, revision);
      if (!outcome.ok && (await this.#store.read(key)) !== undefined) return 'conflict';
      this.#revisions.delete(key);
    }
    return 'saved';
  }

  async #write(
    state: UserState,
    { part, unsettled }: SavedPart,
    generation: number,
  ): Promise<SaveOutcome> {
    const key = this.#keyOf(part, generation);
    const value = encoder.encode(this.#core.encodePart(state, part));
    const expected = this.#revisions.get(key) ?? 0;
    const outcome = await this.#store.write(key, value, expected, { unsettled });
    if (outcome.ok) {
      this.#revisions.set(key, outcome.revision);
      return 'saved';
    }
    return this.#wasOurs(key, value);
  }

  /** A write that seemed to fail may have been carried out: then what is there is what we wanted to be there. */
  async #wasOurs(key: string, value: Uint8Array): Promise<SaveOutcome> {
    const there = await this.#store.read(key);
    if (there === undefined || Buffer.compare(there.value, value) !== 0) return 'conflict';
    this.#revisions.set(key, there.revision);
    return 'saved';
  }

  async #deleteStale(layout: {
    readonly generation: number;
    readonly pages: readonly number[];
  }): Promise<void> {
    const current = new Set(layout.pages.map((page) => this.#keyOf(page, layout.generation)));
    current.add(this.#keyOf('head', 0));
    for (const [key, revision] of [...this.#revisions]) {
      if (current.has(key)) continue;
      await this.#store.delete(key, revision);
      this.#revisions.delete(key);
    }
  }

  #note(key: string, record: StoredRecord | undefined): string | undefined {
    if (record === undefined) return undefined;
    this.#revisions.set(key, record.revision);
    return decoder.decode(record.value);
  }

  #keyOf(part: RecordPart, generation: number): string {
    return this.#base + (part === 'head' ? 'h' : `g${generation}p${part}`);
  }
}
