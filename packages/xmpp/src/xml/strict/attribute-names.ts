import { sameBytes } from './bytes.ts';

/** The attribute names of the tag being read, as positions in its bytes, so that none comes twice. */
export class AttributeNames {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#starts.length;
  }

  clear(): void {
    this.#starts.length = 0;
    this.#ends.length = 0;
  }

  /** False if the tag has that name already. `origin` is where positions count from. */
  add(bytes: Uint8Array, origin: number, start: number, end: number): boolean {
    for (let index = 0; index < this.#starts.length; index++) {
      const otherStart = this.#starts[index] as number;
      const otherEnd = this.#ends[index] as number;
      if (
        otherEnd - otherStart === end - start &&
        sameBytes(bytes, origin + otherStart, bytes, origin + start, end - start)
      ) {
        return false;
      }
    }
    this.#starts.push(start);
    this.#ends.push(end);
    return true;
  }
}
