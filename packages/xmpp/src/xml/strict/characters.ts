/**
 * What a byte means to each kind of run that the scanner walks over. Beyond ASCII, characters are
 * judged by code point.
 */

export const Kind = { plain: 0, illegal: 1, beyondAscii: 2, special: 3 } as const;

/** XML 1.0 §2.2: of the control characters, only tab, line feed and carriage return are legal. */
function dataTable(specials: string): Uint8Array {
  const table = new Uint8Array(256).fill(Kind.beyondAscii, 0x80);
  table.fill(Kind.illegal, 0, 0x20);
  for (const character of '\t\n') table[character.charCodeAt(0)] = Kind.plain;
  for (const character of `\r${specials}`) table[character.charCodeAt(0)] = Kind.special;
  return table;
}

export const textTable = dataTable('<>&');
export const cdataTable = dataTable('>');
export const valueTable = dataTable('\t\n<&"\'');

/** Plain is what can be anywhere in a qualified name; `isQualifiedName` judges the whole. */
export const nameTable: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(Kind.special).fill(Kind.beyondAscii, 0x80);
  const plain = ':_-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  for (const character of plain) table[character.charCodeAt(0)] = Kind.plain;
  return table;
})();

/** XML 1.0 §2.2, `Char`. */
export function isXmlCharacter(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d;
  if (codePoint < 0xfffe) return codePoint < 0xd800 || codePoint > 0xdfff;
  return codePoint >= 0x10000 && codePoint <= 0x10ffff;
}
