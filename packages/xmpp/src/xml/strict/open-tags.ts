/**
 * The elements that are open, innermost last. Positions count from the start of the item. The arrays
 * are written over, never cut short: they are as long as the limit of depth lets them become.
 */
export class OpenTags {
  depth = 0;
  readonly #nameStarts: number[] = [];
  readonly #nameLengths: number[] = [];
  readonly #childCounts: number[] = [];
  readonly #spans: number[] = [];

  /** `span` is where the element's content is noted in the list of spans. */
  push(nameStart: number, nameLength: number, span: number): void {
    this.#nameStarts[this.depth] = nameStart;
    this.#nameLengths[this.depth] = nameLength;
    this.#childCounts[this.depth] = 0;
    this.#spans[this.depth] = span;
    this.depth++;
  }

  /** Closes the innermost and gives its span. */
  pop(): number {
    this.depth--;
    return this.#spans[this.depth] ?? 0;
  }

  /** Counts one more child of the innermost and gives their number. */
  countChild(): number {
    const count = (this.#childCounts[this.depth - 1] ?? 0) + 1;
    this.#childCounts[this.depth - 1] = count;
    return count;
  }

  get nameStart(): number {
    return this.#nameStarts[this.depth - 1] ?? 0;
  }

  get nameLength(): number {
    return this.#nameLengths[this.depth - 1] ?? 0;
  }
}
