import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';

export function prepareLocalpart(text: string): Parsed<string> {
  const local = text.toLowerCase().normalize('NFC');
  if (/["&'/:<>@\s\p{C}]/u.test(local) || !isPartLength(local))
    return unparsable('not a localpart');
  return parsed(local);
}
