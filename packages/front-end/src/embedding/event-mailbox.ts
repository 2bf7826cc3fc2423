/**
 * Events between the cluster and whoever handles them, in order, a few at a time: as long as they are not taken,
 * `ready` is false, and what comes waits in the session's queue, where presence coalesces.
 */
const capacity = 64;

export class EventMailbox<T> implements AsyncIterable<T> {
  readonly #onRoom: () => void;
  #events: T[] = [];
  #takers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  #ended = false;
  #held = false;

  /** `onRoom` is called when a full mailbox has been emptied. */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  get ready(): boolean {
    return this.#events.length < capacity;
  }

  push(event: T): void {
    if (this.#ended) return;
    const taker = this.#held ? undefined : this.#takers.shift();
    if (taker) taker({ done: false, value: event });
    else this.#events.push(event);
  }

  /** Nothing is given out before `release`. */
  hold(): void {
    this.#held = !this.#ended;
  }

  release(): void {
    this.#held = false;
    while (this.#takers.length > 0 && this.#events.length > 0) {
      const taker = this.#takers.shift();
      void this.#take().then(taker);
    }
  }

  /** What is in it can still be taken. */
  end(): void {
    this.release();
    this.#ended = true;
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  #take(): Promise<IteratorResult<T, undefined>> {
    const event = this.#held ? undefined : this.#events.shift();
    if (event !== undefined) {
      if (this.#events.length === 0) this.#onRoom();
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Several may iterate; each event goes to one of them. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.#take() };
  }
}
