/**
 * What one user has yet to say, in rounds, of which one is for a turn. A broadcast is at most one piece per round, and
 * no piece before the same piece of an earlier broadcast, so that everybody is told in order.
 */

export type Step = () => void;

/** Broadcasts of which a piece may be said in one round. */
const stepsPerRound = 8;

export class Rounds {
  /** Steps of the rounds from `#first` on. */
  #rounds: Step[][] = [];
  #first = 0;
  /** The crowd of the last broadcast, and the rounds of its pieces; nothing after it is for anyone else. */
  #last: { readonly crowd: object; readonly rounds: readonly number[] } | undefined;

  get done(): boolean {
    return this.#rounds.length === 0;
  }

  add(crowd: object, steps: readonly Step[]): void {
    const former = this.#last?.crowd === crowd ? this.#last.rounds : undefined;
    let earliest = former === undefined ? this.#end : this.#first;
    const rounds = steps.map((step, piece) => {
      const round = this.#place(step, Math.max(earliest, former?.[piece] ?? 0));
      earliest = round + 1;
      return round;
    });
    this.#last = { crowd, rounds };
  }

  /** After all the others, and before all that come later. */
  addLast(step: Step): void {
    this.#place(step, this.#end);
    this.#last = undefined;
  }

  /** Takes the steps of the next round. */
  next(): void {
    this.#first += 1;
    for (const step of this.#rounds.shift() ?? []) step();
  }

  get #end(): number {
    return this.#first + this.#rounds.length;
  }

  /** Into that round, or the first after it that has room. */
  #place(step: Step, from: number): number {
    let round = from;
    while ((this.#rounds[round - this.#first]?.length ?? 0) >= stepsPerRound) round += 1;
    (this.#rounds[round - this.#first] ??= []).push(step);
    return round;
  }
}
