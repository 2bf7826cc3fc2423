import { randomUUID } from 'node:crypto';

/**
 * Unpredictable (RFC 6120 §4.7.3), and fit for attributes and for SCRAM's nonces. 122 random bits, of which Node draws
 * many at a time: asking the system for each costs ten times as much.
 */
export function randomId(): string {
  return randomUUID();
}
