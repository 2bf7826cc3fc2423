/**
 * The Bidi Rule (RFC 5893 §2) for strings in which letters run from right to left.
 *
 * JavaScript has no property for bidirectional classes. Among the letters, marks and digits that the
 * IdentifierClass lets in, the classes follow from general categories and blocks.
 */

/** Whether `text` has no right-to-left characters, or mixes them only as the rule allows. */
export function satisfiesBidiRule(text: string): boolean {
  if (!rightToLeft.test(text) && !arabicNumber.test(text)) return true;
  const classes = Array.from(text, bidiClass).join('');
  // Conditions 1, 2, 5 and 6 together: with any R or AN in it, it must be a right-to-left string.
  if (!/^R[RAEMO]*$/.test(classes)) return false;
  // Condition 3: it ends in a letter or digit, perhaps with marks on it.
  if (!/[RAE]M*$/.test(classes)) return false;
  // Condition 4: one kind of digits.
  return !(classes.includes('A') && classes.includes('E'));
}

const rightToLeft =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const arabicNumber = /[\u0660-\u0669\u{10d30}-\u{10d39}]/u;
const europeanNumber = /[0-9\u06f0-\u06f9]/;

/** R for R and AL, A for AN, E for EN, M for NSM, L for L, O for ES, CS, ET, ON and BN. */
function bidiClass(character: string): 'R' | 'A' | 'E' | 'M' | 'L' | 'O' {
  if (/[\p{Mn}\p{Me}]/u.test(character)) return 'M';
  if (arabicNumber.test(character)) return 'A';
  if (europeanNumber.test(character)) return 'E';
  if (rightToLeft.test(character)) return 'R';
  return /[\p{L}\p{Mc}\p{Nd}]/u.test(character) ? 'L' : 'O';
}
