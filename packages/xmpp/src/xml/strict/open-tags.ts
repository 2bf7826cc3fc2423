/** The elements that are open, innermost last. Positions count from the start of the item. */
export class OpenTags {
  readonly #nameStarts: number[] = [];
  readonly #nameLengths: number[] = [];
  readonly #childCounts: number[] = [];
  readonly #spans: number[] = [];

  get depth(): number {
    return this.#nameStarts.length;
  }

  clear(): void {
    this.#nameStarts.length = 0;
    this.#nameLengths.length = 0;
    this.#childCounts.length = 0;
    this.#spans.length = 0;
  }

  /** `span` is the index of the element's place in the list of content spans. */
  push(nameStart: number, nameLength: number, span: number): void {
    this.#nameStarts.push(nameStart);
    this.#nameLengths.push(nameLength);
    this.#childCounts.push(0);
    this.#spans.push(span);
  }

  /** Closes the innermost and gives its span's index. */
  pop(): number {
    this.#nameStarts.pop();
    this.#nameLengths.pop();
    this.#childCounts.pop();
    return this.#spans.pop() ?? 0;
  }

  /** Counts one more child of the innermost element and gives their number. */
  countChild(): number {
    const innermost = this.depth - 1;
    const count = (this.#childCounts[innermost] ?? 0) + 1;
    this.#childCounts[innermost] = count;
    return count;
  }

  get nameStart(): number {
    return this.#nameStarts[this.depth - 1] ?? 0;
  }

  get nameLength(): number {
    return this.#nameLengths[this.depth - 1] ?? 0;
  }
}
