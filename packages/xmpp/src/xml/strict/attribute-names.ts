import { sameBytes } from './bytes.ts';

/** The attribute names of the tag being read, as positions in its bytes, so that none comes twice. */
export class AttributeNames {
  count = 0;
  // Written over for each tag: to cut arrays short and grow them again costs more than all the rest.
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  clear(): void {
    this.count = 0;
  }

  /** False if the tag has that name already. `start` counts from `origin`. */
  add(bytes: Uint8Array, origin: number, start: number, length: number): boolean {
    for (let index = 0; index < this.count; index++) {
      if (this.#lengths[index] !== length) continue;
      const other = origin + (this.#starts[index] ?? 0);
      if (sameBytes(bytes, other, bytes, origin + start, length)) return false;
    }
    this.#starts[this.count] = start;
    this.#lengths[this.count] = length;
    this.count++;
    return true;
  }
}
