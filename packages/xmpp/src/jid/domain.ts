import { domainToASCII, domainToUnicode } from 'node:url';
import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { isPartLength } from './octets.ts';
import { satisfiesBidiRule } from './precis/bidi-rule.ts';
import { isIdentifier } from './precis/string-classes.ts';
import { mapWidth } from './precis/width-mapping.ts';
import { domainSource } from './prepared-ascii.ts';

const preparedAscii = new RegExp(`^${domainSource}$`);
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const ipv6 = /^\[[\da-f:.]+\]$/i;

/** A label as DNS knows it: letters, digits and inner hyphens (RFC 5890 §2.3.1). */
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** DNS knows no longer names (RFC 1035 §2.3.4, without the root's dot). */
const maxNameOctets = 253;

/**
 * Prepares the domain of a JID (RFC 7622 §3.2): a host name in lower case with its international
 * labels in Unicode, an IPv4 address, or an IPv6 address in brackets. A dot at the end is dropped.
 */
export function parseDomain(text: string): Parsed<string> {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (!isPartLength(name)) return unparsable('a domain has 1 to 1023 octets');
  if (preparedAscii.test(name) && name.length <= maxNameOctets) return parsed(name);
  const domain = ipLiteral(name) ?? internationalName(name);
  return domain === undefined ? unparsable('not a domain name or IP address') : parsed(domain);
}

/** `domainToASCII` reads what a URL may have as a host, so it knows addresses too. */
function ipLiteral(name: string): string | undefined {
  const address = domainToASCII(name);
  if (ipv4.test(name)) return address === name ? name : undefined;
  return ipv6.test(name) && ipv6.test(address) ? address : undefined;
}

/** Undefined if it is no name of IDNA2008, mapped as RFC 5895 says. */
function internationalName(name: string): string | undefined {
  const mapped = mapWidth(name).toLowerCase().normalize('NFC').replaceAll('\u3002', '.');
  if (!mapped.split('.').every(isLabel)) return undefined;
  const ascii = domainToASCII(mapped);
  const labels = ascii.split('.');
  if (ascii.length > maxNameOctets || !labels.every((label) => dnsLabel.test(label))) {
    return undefined;
  }
  const domain = domainToUnicode(ascii);
  // What ends in a number would be an address in another spelling.
  const isName = domain.split('.').every(isLabel) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName ? domain : undefined;
}

/** IDNA2008 (RFC 5892) lets in the letters and digits that PRECIS does, and of ASCII less. */
function isLabel(label: string): boolean {
  const isHostAscii = /^[a-z0-9\P{ASCII}-]+$/u.test(label);
  return isHostAscii && isIdentifier(label) && satisfiesBidiRule(label);
}
