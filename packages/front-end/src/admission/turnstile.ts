/**
 * Lets so many through at once; so many more wait in line; the rest are turned away at the door, so that a flood of
 * logins costs those who are inside nothing.
 */
export class Turnstile {
  readonly #inside: number;
  readonly #line: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bounds: { readonly inside: number; readonly line: number }) {
    this.#inside = bounds.inside;
    this.#line = bounds.line;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** What `work` gives, or 'full' without having begun it. */
  async pass<T>(work: () => Promise<T>): Promise<T | 'full'> {
    if (this.#running >= this.#inside) {
      if (this.#waiting.length >= this.#line) return 'full';
      await new Promise<void>((enter) => this.#waiting.push(enter));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
