/**
 * What a front-end has sent on a managed session, over whichever stream, by number (XEP-0198 §4): whatever has a number
 * stays what it was when it is sent again.
 */
export class StanzaLog {
  /** Those that the client has not handled. */
  readonly #stanzas = new Map<number, string>();
  #last = 0;
  /** How many the client has handled: the `h` that it tells. */
  handled = 0;

  /** The front-end writes stanza `number`; what it was when it was written first, if that was before. */
  written(number: number, stanza: string): string | undefined {
    this.#last = Math.max(this.#last, number);
    const before = this.#stanzas.get(number);
    if (before === undefined && number > this.handled) this.#stanzas.set(number, stanza);
    return before;
  }

  handle(): void {
    this.handled += 1;
    this.#stanzas.delete(this.handled);
  }

  /** How many have been written of which `number` was the first that was not. */
  after(number: number): number {
    return Math.max(0, this.#last - number);
  }
}
