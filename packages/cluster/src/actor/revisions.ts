/** The revisions that the parts of one record had when they were last read or written. */

/** The last part of a part's key: `h` for the head, such as `g2p7` for a page. */
export type Place = string;

export const headPlace: Place = 'h';

/** As good as all records are a head alone, which is why it needs no map. */
export class Revisions {
  #head: number | undefined;
  #pages: Map<Place, number> | undefined;

  get size(): number {
    return (this.#head === undefined ? 0 : 1) + (this.#pages?.size ?? 0);
  }

  get(place: Place): number | undefined {
    return place === headPlace ? this.#head : this.#pages?.get(place);
  }

  set(place: Place, revision: number): void {
    if (place === headPlace) this.#head = revision;
    else (this.#pages ??= new Map()).set(place, revision);
  }

  delete(place: Place): void {
    if (place === headPlace) this.#head = undefined;
    else this.#pages?.delete(place);
  }

  /** The head first. */
  entries(): readonly (readonly [place: Place, revision: number])[] {
    const pages = [...(this.#pages ?? [])];
    return this.#head === undefined ? pages : [[headPlace, this.#head], ...pages];
  }
}
