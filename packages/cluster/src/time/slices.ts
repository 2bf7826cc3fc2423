/**
 * Long work, a slice at a time: in a turn of the event loop is done no more than a turn's share of slices, whoever they
 * are of. What fits into one slice is done at once.
 */
import type { Turns } from './turns.ts';

/** Does a slice of some work; whether it was the last. */
type Slice = () => boolean;

export class Slices {
  readonly #turns: Turns;
  readonly #slicesPerTurn: number;
  /** Works take turns in this order. */
  readonly #waiting: Slice[] = [];
  #due = false;

  constructor(turns: Turns, slicesPerTurn: number) {
    this.#turns = turns;
    this.#slicesPerTurn = slicesPerTurn;
  }

  /** Resolves with what the work returns, rejects with what it throws. */
  run<T>(work: Iterator<void, T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const slice = () => {
        try {
          const step = work.next();
          if (step.done === true) resolve(step.value);
          return step.done === true;
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return true;
        }
      };
      if (slice()) return;
      this.#waiting.push(slice);
      this.#beDue();
    });
  }

  #beDue(): void {
    if (this.#due) return;
    this.#due = true;
    this.#turns.soon(() => this.#turn());
  }

  #turn(): void {
    this.#due = false;
    for (let done = 0; done < this.#slicesPerTurn; done++) {
      const slice = this.#waiting.shift();
      if (slice === undefined) return;
      if (!slice()) this.#waiting.push(slice);
    }
    if (this.#waiting.length > 0) this.#beDue();
  }
}
