/** The bytes of an item that has not ended yet, kept from one chunk to the next. */
export class PendingBytes {
  #bytes: Uint8Array | undefined;
  #length = 0;

  /** What was kept, with the chunk after it: the chunk itself where nothing was. */
  join(chunk: Uint8Array): Uint8Array {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    const bytes = this.#roomFor(length);
    bytes.set(chunk, this.#length);
    return bytes.subarray(0, length);
  }

  /** Keeps what is from `start` on of what `join` has just given. Nothing is moved if that is all. */
  keep(joined: Uint8Array, start: number): void {
    const length = joined.length - start;
    if (length === 0) {
      this.clear();
      return;
    }
    const isOwn = joined.buffer === this.#bytes?.buffer;
    if (!isOwn) this.#length = 0;
    const bytes = this.#roomFor(length);
    if (!isOwn) bytes.set(joined.subarray(start));
    else if (start > 0) bytes.copyWithin(0, start, joined.length);
    this.#length = length;
  }

  /** Lets go of the memory: an idle stream holds none. */
  clear(): void {
    this.#bytes = undefined;
    this.#length = 0;
  }

  #roomFor(length: number): Uint8Array {
    if (this.#bytes && this.#bytes.length >= length) return this.#bytes;
    const grown = new Uint8Array(Math.max(512, 2 * length));
    if (this.#bytes) grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    return grown;
  }
}
