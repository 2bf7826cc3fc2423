import { byteAt } from './bytes.ts';

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */

/** What `codePointAt` gives instead of a code point. */
export const invalidUtf8 = -1;
export const incompleteUtf8 = -2;

/** The code point whose first byte, 0x80 or more, is at `at`. Bytes from `end` on have not arrived. */
export function codePointAt(bytes: Uint8Array, at: number, end: number): number {
  const lead = byteAt(bytes, at);
  const length = sequenceLength(lead);
  if (length === 0) return invalidUtf8;
  let codePoint = lead & (0x7f >> length);
  for (let offset = 1; offset < length; offset++) {
    if (at + offset >= end) return incompleteUtf8;
    const next = byteAt(bytes, at + offset);
    if ((next & 0xc0) !== 0x80) return invalidUtf8;
    if (offset === 1 && isForbiddenSecond(lead, next)) return invalidUtf8;
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return codePoint;
}

/** How many bytes of UTF-8 a code point beyond ASCII takes. */
export function utf8Length(codePoint: number): number {
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Second bytes that make an overlong form, a surrogate or a code point past the last. */
function isForbiddenSecond(lead: number, second: number): boolean {
  return (
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f)
  );
}
