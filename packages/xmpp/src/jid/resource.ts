import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';
import { isFreeform } from './precis/string-classes.ts';
import { resourceSource } from './prepared-ascii.ts';

const preparedAscii = new RegExp(`^${resourceSource}$`);

/**
 * Prepares the part of a JID after the `/`: the OpaqueString profile (RFC 8265 §4.2), 1 to 1023 octets.
 * Case is kept. Spaces may be anywhere, as in the profile; RFC 7622 §3.5 has an example against one
 * in front, which its errata take back.
 */
export function prepareResource(text: string): Parsed<string> {
  if (!isPartLength(text)) return unparsable('a resource has 1 to 1023 octets');
  if (preparedAscii.test(text)) return parsed(text);
  const resource = text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  if (!isFreeform(resource))
    return unparsable('a resource has no controls or unassigned characters');
  return isPartLength(resource) ? parsed(resource) : unparsable('a resource has 1 to 1023 octets');
}
