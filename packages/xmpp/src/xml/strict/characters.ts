/**
 * The bytes that mean nothing special, by where they are: the tables hold 1 for them. Bytes of
 * characters beyond ASCII are in no table, since those are judged by code point.
 */

function asciiBut(specials: string): Uint8Array {
  const table = new Uint8Array(256).fill(1, 0x20, 0x80);
  for (const character of '\t\n') table[character.charCodeAt(0)] = 1;
  for (const character of specials) table[character.charCodeAt(0)] = 0;
  return table;
}

export const plainInText = asciiBut('<>&');
export const plainInCdata = asciiBut('>');
export const plainInValue = asciiBut('\t\n<&"\'');

/** What can be anywhere in a qualified name; `isQualifiedName` judges the whole. */
export const plainInName: Uint8Array = (() => {
  const table = new Uint8Array(256);
  const names = ':_-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  for (const character of names) table[character.charCodeAt(0)] = 1;
  return table;
})();

/** XML 1.0 §2.2, `Char`. */
export function isXmlCharacter(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d;
  if (codePoint < 0xfffe) return codePoint < 0xd800 || codePoint > 0xdfff;
  return codePoint >= 0x10000 && codePoint <= 0x10ffff;
}
