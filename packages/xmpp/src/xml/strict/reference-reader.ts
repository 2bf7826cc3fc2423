import { Byte } from './bytes.ts';
import { isXmlCharacter } from './characters.ts';
import type { Findings } from './findings.ts';

/**
 * Reads what follows an ampersand. XMPP knows the five predefined entities and no others, and
 * references to characters that XML allows (RFC 6120 §11.1, XML 1.0 §4.1).
 */
export class ReferenceReader {
  readonly #findings: Findings;
  #text = '';

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  begin(): void {
    this.#text = '';
  }

  /** Takes one more byte; true if it was the last. */
  take(byte: number): boolean {
    if (byte === Byte.semicolon) {
      this.#judge();
      return true;
    }
    const character = String.fromCharCode(byte);
    if (!/[\w#:.-]/.test(character)) this.#refuseAmpersand();
    this.#text += character;
    return false;
  }

  #judge(): void {
    const text = this.#text;
    if (/^(?:amp|lt|gt|quot|apos)$/.test(text)) return;
    const [, decimal, hexadecimal] = /^#(?:(\d+)|x([\da-fA-F]+))$/.exec(text) ?? [];
    if (decimal !== undefined) {
      this.#judgeCharacter(Number.parseInt(decimal, 10));
    } else if (hexadecimal !== undefined) {
      this.#judgeCharacter(Number.parseInt(hexadecimal, 16));
    } else if (/^[A-Za-z_:]/.test(text)) {
      this.#findings.refuse('restricted-xml', 'only the five entities of XML are allowed');
    } else {
      this.#refuseAmpersand();
    }
  }

  #judgeCharacter(codePoint: number): void {
    if (isXmlCharacter(codePoint)) return;
    this.#findings.refuse('not-well-formed', 'a reference to a character that XML does not allow');
  }

  #refuseAmpersand(): void {
    this.#findings.refuse('not-well-formed', 'an ampersand that begins no reference');
  }
}
