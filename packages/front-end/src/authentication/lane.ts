/**
 * So much work at once; the rest waits in the order that it came. It refuses nothing: how many logins there are at once,
 * and whose turn it is among addresses, the turnstile (`admission/turnstile.ts`) has decided before, and those that need
 * no hashing here need not wait for it.
 */
export class Lane {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running += 1;
    else await new Promise<void>((enter) => this.#waiting.push(enter));
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
