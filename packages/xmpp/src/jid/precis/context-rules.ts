/** The rules for code points that are valid in some places only (RFC 5892 appendix A). */

/** Whether the contextual code point at `index` may stand there. */
export function contextAllows(characters: readonly string[], index: number): boolean {
  const before = characters[index - 1] ?? '';
  const after = characters[index + 1] ?? '';
  const character = characters[index] ?? '';
  switch (character) {
    case '\u200c': // A.1, zero width non-joiner
      return virama.test(before) || joins(characters, index);
    case '\u200d': // A.2, zero width joiner
      return virama.test(before);
    case '\u00b7': // A.3, middle dot
      return before === 'l' && after === 'l';
    case '\u0375': // A.4, Greek keraia
      return /\p{Script=Greek}/u.test(after);
    case '\u05f3': // A.5, Hebrew geresh
    case '\u05f4': // A.6, Hebrew gershayim
      return /\p{Script=Hebrew}/u.test(before);
    case '\u30fb': // A.7, Katakana middle dot
      return characters.some((other) => japanese.test(other));
    default: // A.8 and A.9, the two kinds of Arabic digits
      return !characters.some((other) => otherDigits(character).test(other));
  }
}

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

function otherDigits(digit: string): RegExp {
  return digit <= '\u0669' ? /[\u06f0-\u06f9]/ : /[\u0660-\u0669]/;
}

/** Canonical combining class 9, which JavaScript has no property for. */
const virama =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1715\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed]/;

/**
 * Joining types of the Arabic block, where non-joiners are at home (Persian spells with them). The
 * rule for other joining scripts is left out, which errs on the side of refusing.
 */
const joinsNext =
  /[\u0620\u0626\u0628\u062a-\u062e\u0633-\u063f\u0641-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1\u06c2\u06cc\u06ce\u06d0\u06d1\u06fa-\u06fc\u06ff]/;
const joinsPreviousOnly =
  /[\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]/;

function joins(characters: readonly string[], index: number): boolean {
  const isVisible = (character: string) => !/\p{Mn}/u.test(character);
  const before = characters.slice(0, index).findLast(isVisible) ?? '';
  const after = characters.slice(index + 1).find(isVisible) ?? '';
  return joinsNext.test(before) && (joinsNext.test(after) || joinsPreviousOnly.test(after));
}
