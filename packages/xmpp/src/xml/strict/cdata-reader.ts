import { Byte, byteAt } from './bytes.ts';
import { skipPlain } from './character-run.ts';
import { plainInCdata } from './characters.ts';
import type { Findings } from './findings.ts';

const opening = new TextEncoder().encode('[CDATA[');

/**
 * Reads what follows `<!`. That can only be a CDATA section (XML 1.0 §2.7), and only within an
 * element: RFC 6120 §11.1 forbids comments and all that belongs to a document type declaration.
 */
export class CdataReader {
  /** Whether the section is complete. */
  hasEnded = false;
  readonly #findings: Findings;
  #isAllowed = false;
  #matched = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  begin(isWithinElement: boolean): void {
    this.hasEnded = false;
    this.#isAllowed = isWithinElement;
    this.#matched = 0;
  }

  /** Reads on, at least by a byte where that is possible. Gives the first byte not read. */
  read(bytes: Uint8Array, from: number, end: number): number {
    if (this.#matched < opening.length) {
      this.#matchOpening(byteAt(bytes, from));
      return from + 1;
    }
    const at = skipPlain(bytes, from, end, plainInCdata, this.#findings);
    if (at >= end || this.#findings.mustStop) return at;
    this.hasEnded = byteAt(bytes, at) === Byte.greaterThan && endsSection(bytes, at);
    return at + 1;
  }

  #matchOpening(byte: number): void {
    if (byte === opening[this.#matched] && this.#isAllowed) {
      this.#matched++;
      this.#findings.hasUnusualText = true;
    } else if (this.#matched === 0 && byte === Byte.hyphen) {
      this.#findings.refuse('restricted-xml', 'comments are not allowed');
    } else if (this.#matched === 0 && /[A-Z]/.test(String.fromCharCode(byte))) {
      this.#findings.refuse('restricted-xml', 'document type declarations are not allowed');
    } else {
      this.#findings.refuse('not-well-formed', 'markup that is none of XML');
    }
  }
}

/** Whether the bytes before the `>` at `at` are `]]`. */
export function endsSection(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === Byte.closeBracket && bytes[at - 2] === Byte.closeBracket;
}
