// Which of many runs is next, and how long the rest may take by how long those before have taken.

export class Countdown {
  readonly #total: number;
  readonly #guessMs: number;
  readonly #now: () => number;
  readonly #beganMs: number;
  #begun = 0;

  /** `guessMs` is what a run takes as long as none has been timed. */
  constructor(total: number, guessMs: number, now: () => number) {
    this.#total = total;
    this.#guessMs = guessMs;
    this.#now = now;
    this.#beganMs = now();
  }

  /** Called when a run begins: `run 3 of 20, about 4 minutes left`. */
  next(): string {
    const { left } = this;
    this.#begun += 1;
    return `run ${this.#begun} of ${this.#total}, ${left} left`;
  }

  /** About how long all runs take that have not begun. */
  get left(): string {
    const eachMs = this.#begun === 0 ? this.#guessMs : (this.#now() - this.#beganMs) / this.#begun;
    const minutes = Math.ceil((eachMs * (this.#total - this.#begun)) / 60_000);
    return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
  }
}
