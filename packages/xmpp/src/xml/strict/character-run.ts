import { byteAt } from './bytes.ts';
import { isXmlCharacter } from './characters.ts';
import type { Findings } from './findings.ts';
import { codePointAt, incompleteUtf8, invalidUtf8, utf8Length } from './utf8.ts';

/**
 * Where the run of characters that mean nothing special by `table` ends: at another byte, or at
 * `end`. Characters beyond ASCII are checked on the way.
 */
export function skipPlain(
  bytes: Uint8Array,
  from: number,
  end: number,
  table: Uint8Array,
  findings: Findings,
): number {
  let at = from;
  for (;;) {
    while (at < end && table[byteAt(bytes, at)]) at++;
    if (at >= end) return at;
    const byte = byteAt(bytes, at);
    if (byte < 0x80) {
      if (!isXmlCharacter(byte)) refuseCharacter(findings);
      return at;
    }
    const length = characterLength(bytes, at, end, findings);
    if (length === 0) return at;
    at += length;
  }
}

/** How many bytes the character at `at` takes; 0 if it is cut off or not allowed. */
function characterLength(bytes: Uint8Array, at: number, end: number, findings: Findings): number {
  const codePoint = codePointAt(bytes, at, end);
  if (codePoint === incompleteUtf8) {
    findings.isCutOff = true;
    return 0;
  }
  if (codePoint === invalidUtf8) {
    // RFC 6120 §4.9.3.22 names this for streams that violate the rules of UTF-8.
    findings.refuse('unsupported-encoding', 'the stream is not UTF-8');
    return 0;
  }
  if (!isXmlCharacter(codePoint)) {
    refuseCharacter(findings);
    return 0;
  }
  findings.surplus += codePoint < 0x800 ? 1 : 2;
  return utf8Length(codePoint);
}

function refuseCharacter(findings: Findings): void {
  findings.refuse('not-well-formed', 'a character that XML does not allow');
}
