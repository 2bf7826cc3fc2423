/**
 * The two string classes of PRECIS (RFC 8264 §4), derived from Unicode properties by the algorithm
 * of §8. What a code point may be follows the Unicode version of the running Node.
 */
import { contextAllows } from './context-rules.ts';

/** Whether all of `text` is of the IdentifierClass (§4.2): letters, digits and visible ASCII. */
export function isIdentifier(text: string): boolean {
  return hasOnly(text, identifierStatuses);
}

/** Whether all of `text` is of the FreeformClass (§4.3): also spaces, symbols and punctuation. */
export function isFreeform(text: string): boolean {
  return hasOnly(text, freeformStatuses);
}

type Status = 'valid' | 'freeform' | 'contextual' | 'disallowed';

const identifierStatuses: ReadonlySet<Status> = new Set<Status>(['valid', 'contextual']);
const freeformStatuses: ReadonlySet<Status> = new Set<Status>(['valid', 'contextual', 'freeform']);

function hasOnly(text: string, allowed: ReadonlySet<Status>): boolean {
  const characters = Array.from(text);
  return characters.every((character, index) => {
    const status = statusOf(character);
    if (!allowed.has(status)) return false;
    return status !== 'contextual' || contextAllows(characters, index);
  });
}

/** The first line that fits decides, as in §8. The letters are those of §9. */
const derivation: readonly (readonly [RegExp, Status])[] = [
  // F: Exceptions, which are those of RFC 5892 §2.6.
  [/[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]/u, 'valid'],
  [/[\u00b7\u0375\u05f3\u05f4\u30fb\u0660-\u0669\u06f0-\u06f9]/u, 'contextual'],
  [/[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u, 'disallowed'],
  // J: Unassigned.
  [/\p{Cn}/u, 'disallowed'],
  // K: ASCII7.
  [/[!-~]/u, 'valid'],
  // H: JoinControl.
  [/[\u200c\u200d]/u, 'contextual'],
  // I: OldHangulJamo.
  [/[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]/u, 'disallowed'],
  // M: PrecisIgnorableProperties. L: Controls.
  [/[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cc}]/u, 'disallowed'],
];

const afterCompatibility: readonly (readonly [RegExp, Status])[] = [
  // A: LetterDigits.
  [/[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u, 'valid'],
  // R: OtherLetterDigits. N: Spaces. O: Symbols. P: Punctuation.
  [/[\p{Lt}\p{Nl}\p{No}\p{Me}\p{Zs}\p{S}\p{P}]/u, 'freeform'],
];

function statusOf(character: string): Status {
  const early = derivation.find(([pattern]) => pattern.test(character));
  if (early) return early[1];
  // Q: HasCompat.
  if (character.normalize('NFKC') !== character) return 'freeform';
  return afterCompatibility.find(([pattern]) => pattern.test(character))?.[1] ?? 'disallowed';
}
