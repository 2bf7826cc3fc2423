import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';
import { satisfiesBidiRule } from './precis/bidi-rule.ts';
import { isIdentifier } from './precis/string-classes.ts';
import { mapWidth } from './precis/width-mapping.ts';
import { localpartSource } from './prepared-ascii.ts';

const preparedAscii = new RegExp(`^${localpartSource}$`);

/** RFC 7622 §3.3.1: what is kept out so that a JID can be taken apart, and put into XML. */
const excluded = /["&'/:<>@]/;

/**
 * Prepares the part of a JID before the `@`: the UsernameCaseMapped profile (RFC 8265 §3.3), less
 * the characters that RFC 7622 §3.3.1 keeps out, 1 to 1023 octets.
 */
export function prepareLocalpart(text: string): Parsed<string> {
  if (!isPartLength(text)) return unparsable('a localpart has 1 to 1023 octets');
  if (preparedAscii.test(text)) return parsed(text);
  const local = caseMapped(text);
  // RFC 8264 §7: applied again, the rules must change nothing.
  if (local === undefined || caseMapped(local) !== local) {
    return unparsable('a localpart has letters, digits and signs of ASCII only');
  }
  if (excluded.test(local)) return unparsable(`a localpart has none of "&'/:<>@`);
  return isPartLength(local) ? parsed(local) : unparsable('a localpart has 1 to 1023 octets');
}

/** RFC 8265 §3.3.3 in its order; undefined where a step refuses. */
function caseMapped(text: string): string | undefined {
  const narrowed = mapWidth(text);
  if (!isIdentifier(narrowed)) return undefined;
  const mapped = narrowed.toLowerCase().normalize('NFC');
  return satisfiesBidiRule(mapped) ? mapped : undefined;
}
