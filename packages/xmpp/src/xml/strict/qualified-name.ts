import { Byte, byteAt } from './bytes.ts';
import { codePointAt, utf8Length } from './utf8.ts';

/**
 * Whether the bytes from `start` to `end`, all of them name characters by `plainInName`, are a name of
 * Namespaces in XML §4: one part, or a prefix and a local part with a colon between.
 */
export function isQualifiedName(bytes: Uint8Array, start: number, end: number): boolean {
  let partStart = start;
  for (let at = start; at < end;) {
    const byte = byteAt(bytes, at);
    if (byte === Byte.colon) {
      if (partStart !== start || at === start) return false;
      partStart = at + 1;
      at++;
    } else if (byte < 0x80) {
      if (at === partStart && !isAsciiLetter(byte)) return false;
      at++;
    } else {
      const codePoint = codePointAt(bytes, at, end);
      if (!isNameLetter(codePoint)) return false;
      at += utf8Length(codePoint);
    }
  }
  return partStart < end;
}

function isAsciiLetter(byte: number): boolean {
  const lowered = byte | 0x20;
  return (lowered >= 0x61 && lowered <= 0x7a) || byte === Byte.underscore;
}

/**
 * The letters beyond ASCII that we take in names. XML's fifth edition allows many more, but parsers
 * of the fourth (expat, so most clients) fail on those, and a name that is relayed must not end its
 * receiver's stream. These are the long runs on which both editions agree.
 */
const nameLetters: readonly (readonly [first: number, last: number])[] = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x131],
  [0x14a, 0x17e],
  [0x38e, 0x3a1],
  [0x3a3, 0x3ce],
  [0x40e, 0x44f],
  [0x45e, 0x481],
  [0x5d0, 0x5ea],
  [0x621, 0x63a],
  [0x905, 0x939],
  [0xe01, 0xe2e],
  [0x1e00, 0x1e9b],
  [0x3041, 0x3094],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3],
];

function isNameLetter(codePoint: number): boolean {
  return nameLetters.some(([first, last]) => codePoint >= first && codePoint <= last);
}
