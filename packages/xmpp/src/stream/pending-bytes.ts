/** The bytes of an item that has not ended yet, kept from one chunk to the next. */
export class PendingBytes {
  #bytes = nothing;
  #length = 0;

  /** What was kept, with the chunk after it: the chunk itself where nothing was. */
  join(chunk: Uint8Array): Uint8Array {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) this.#bytes = copyInto(2 * length, this.#bytes);
    this.#bytes.set(chunk, this.#length);
    return this.#bytes.subarray(0, length);
  }

  /** Keeps what is from `start` on of what `join` has just given. Nothing is copied if that is all. */
  keep(joined: Uint8Array, start: number): void {
    const isAll = start === 0 && joined.buffer === this.#bytes.buffer;
    const rest = joined.length - start;
    if (rest === 0) this.#bytes = nothing;
    else if (!isAll) this.#bytes = copyInto(Math.max(512, 2 * rest), joined.subarray(start));
    this.#length = rest;
  }

  /** Lets go of the memory. */
  clear(): void {
    this.#bytes = nothing;
    this.#length = 0;
  }
}

/** An idle stream holds no memory. */
const nothing = new Uint8Array(0);

function copyInto(capacity: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(capacity);
  copy.set(bytes);
  return copy;
}
