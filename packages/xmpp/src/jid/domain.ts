import { domainToASCII, domainToUnicode } from 'node:url';
import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';

export function parseDomain(text: string): Parsed<string> {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const domain = domainToUnicode(domainToASCII(name));
  return isPartLength(domain) ? parsed(domain) : unparsable('not a domain name');
}
