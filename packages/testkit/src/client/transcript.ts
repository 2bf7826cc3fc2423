// What went over one or more streams, in order, for people who read why a test failed.

/** Old lines give way: a transcript explains an end, not a life. */
const maxLines = 400;
const maxLineChars = 2_000;

export class Transcript {
  readonly #lines: string[] = [];

  /** One line; `who` names the stream, the arrow says which way it went. */
  note(who: string, direction: '→' | '←' | '·', what: string): void {
    const shown = what.length > maxLineChars ? `${what.slice(0, maxLineChars)}…` : what;
    this.#lines.push(`${who} ${direction} ${shown}`);
    if (this.#lines.length > maxLines) this.#lines.shift();
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
