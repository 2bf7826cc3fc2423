/**
 * Collects what is written to each connection within one turn of the event loop, so that it leaves in one piece: one
 * callback for all connections together, whatever their number.
 */
export interface Flushable {
  flush(): void;
}

export class Turns {
  readonly #atTurnEnd: (run: () => void) => void;
  #waiting: Flushable[] = [];

  constructor(atTurnEnd: (run: () => void) => void = setImmediate) {
    this.#atTurnEnd = atTurnEnd;
  }

  add(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) this.#atTurnEnd(this.#run);
  }

  /** Once what the peer has said already has been read. */
  afterReading(act: () => void): void {
    // Sockets are read between the end of this turn and that of the next.
    this.add({ flush: () => this.add({ flush: act }) });
  }

  readonly #run = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush();
  };
}
