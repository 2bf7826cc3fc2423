import { randomBytes } from 'node:crypto';

/** Unpredictable (RFC 6120 §4.7.3), and fit for attributes and for SCRAM's nonces. */
export function randomId(): string {
  return randomBytes(15).toString('base64url');
}
