/**
 * Long work, a slice at a time: in a turn of the event loop is done no more than a turn's share of slices, whoever they
 * are of. What fits into one slice is done at once.
 */
import { TurnQueue } from './turn-queue.ts';
import type { Turns } from './turns.ts';

/** Does a slice of some work; whether it was the last. */
type Slice = () => boolean;

export class Slices {
  /** Works take turns in this order. */
  readonly #waiting: TurnQueue<Slice>;

  constructor(turns: Turns, slicesPerTurn: number) {
    this.#waiting = new TurnQueue({
      turns,
      budgetPerTurn: slicesPerTurn,
      costOf: () => 1,
      handle: (slice) => {
        if (!slice()) this.#waiting.push(slice);
      },
    });
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
      if (!slice()) this.#waiting.push(slice);
    });
  }
}
