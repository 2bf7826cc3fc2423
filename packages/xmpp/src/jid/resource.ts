import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';
import { isFreeform } from './precis/string-classes.ts';
import { resourceSource } from './prepared-ascii.ts';

const preparedAscii = new RegExp(`^${resourceSource}$`);

/**
 * Prepares the part of a JID after the `/`: the OpaqueString profile (RFC 8265 §4.2), without a space
 * in front (RFC 7622 §3.5, example 15), 1 to 1023 octets. Case is kept.
 */
export function prepareResource(text: string): Parsed<string> {
  if (!isPartLength(text)) return unparsable('a resource has 1 to 1023 octets');
  if (preparedAscii.test(text)) return parsed(text);
  const resource = text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  if (!isFreeform(resource))
    return unparsable('a resource has no controls or unassigned characters');
  if (resource.startsWith(' ')) return unparsable('a resource does not begin with a space');
  return isPartLength(resource) ? parsed(resource) : unparsable('a resource has 1 to 1023 octets');
}
