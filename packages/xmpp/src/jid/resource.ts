import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';

export function prepareResource(text: string): Parsed<string> {
  const resource = text.normalize('NFC');
  if (/\p{C}/u.test(resource) || !isPartLength(resource)) return unparsable('not a resource');
  return parsed(resource);
}
