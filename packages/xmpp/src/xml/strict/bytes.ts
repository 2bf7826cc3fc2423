/** The bytes that carry XML's structure. */
export const Byte = {
  exclamation: 0x21,
  quote: 0x22,
  ampersand: 0x26,
  apostrophe: 0x27,
  hyphen: 0x2d,
  slash: 0x2f,
  colon: 0x3a,
  semicolon: 0x3b,
  lessThan: 0x3c,
  equals: 0x3d,
  greaterThan: 0x3e,
  question: 0x3f,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  underscore: 0x5f,
} as const;

/** The byte at a position that is known to lie within. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Whether `length` bytes from `at` on are those of `other` from `otherAt` on. */
export function sameBytes(
  bytes: Uint8Array,
  at: number,
  other: Uint8Array,
  otherAt: number,
  length: number,
): boolean {
  for (let offset = 0; offset < length; offset++) {
    if (bytes[at + offset] !== other[otherAt + offset]) return false;
  }
  return true;
}

/** XML 1.0 §2.3, `S`. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d;
}
