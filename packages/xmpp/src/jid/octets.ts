import { Buffer } from 'node:buffer';

/** RFC 7622 §3.1: the most octets of UTF-8 that each part of a JID may have. */
const maxPartOctets = 1023;

/** Whether a part is neither empty nor too long. Code units are counted first, since octets cost more. */
export function isPartLength(text: string): boolean {
  if (text.length === 0 || text.length > maxPartOctets) return false;
  return text.length * 3 <= maxPartOctets || Buffer.byteLength(text) <= maxPartOctets;
}
