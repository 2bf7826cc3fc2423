/**
 * Lets so many through at once; so many more wait in line; the rest are turned away at the door, so that a flood of
 * logins costs those who are inside nothing. There is a line for each address, and the lines take turns: whoever
 * floods waits behind their own.
 */
export class Turnstile {
  readonly #inside: number;
  readonly #room: number;
  /** By address, the one whose turn is next first. None is empty. */
  readonly #lines = new Map<string, Waiting[]>();
  #running = 0;
  #waiting = 0;

  constructor(bounds: { readonly inside: number; readonly line: number }) {
    this.#inside = bounds.inside;
    this.#room = bounds.line;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** What `work` gives, or 'full' without having begun it. */
  async pass<T>(address: string, work: () => Promise<T>): Promise<T | 'full'> {
    if (this.#running >= this.#inside) {
      if ((await this.#wait(address)) === 'full') return 'full';
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line.
      const next = this.#next();
      if (next) next('entered');
      else this.#running -= 1;
    }
  }

  #wait(address: string): Promise<Outcome> {
    if (this.#waiting >= this.#room && !this.#makeRoomFor(address)) return Promise.resolve('full');
    return new Promise((resolve) => {
      const line = this.#lines.get(address);
      if (line) line.push(resolve);
      else this.#lines.set(address, [resolve]);
      this.#waiting += 1;
    });
  }

  /** The last of the longest line goes, where it is longer than that of `address` would become. */
  #makeRoomFor(address: string): boolean {
    let longest: Waiting[] | undefined;
    let length = (this.#lines.get(address)?.length ?? 0) + 1;
    for (const line of this.#lines.values()) {
      if (line.length <= length) continue;
      longest = line;
      length = line.length;
    }
    const last = longest?.pop();
    if (last === undefined) return false;
    this.#waiting -= 1;
    last('full');
    return true;
  }

  #next(): Waiting | undefined {
    const [first] = this.#lines;
    if (first === undefined) return undefined;
    const [address, line] = first;
    this.#lines.delete(address);
    const next = line.shift();
    // The other addresses come first now.
    if (line.length > 0) this.#lines.set(address, line);
    this.#waiting -= 1;
    return next;
  }
}

type Outcome = 'entered' | 'full';
type Waiting = (outcome: Outcome) => void;
