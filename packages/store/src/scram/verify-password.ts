/**
 * Checks a password that came in the clear (SASL PLAIN) against what is kept of it.
 */
import { timingSafeEqual } from 'node:crypto';
import { preparePassword } from './password.ts';
import { scramKeys } from './scram-keys.ts';
import type { ScramVerifiers } from './scram-verifiers.ts';

/**
 * Whether this is the password, by the stronger of the verifiers. Takes the time of one derivation, whether it is or
 * not; ask with `decoyVerifiers` for a user who does not exist, so that the time does not tell them apart.
 */
export async function verifyPassword(
  password: string,
  verifiers: ScramVerifiers,
): Promise<boolean> {
  const prepared = preparePassword(password);
  const hash = verifiers.sha256 ? 'sha256' : 'sha1';
  const verifier = verifiers[hash];
  if (!prepared.ok || !verifier) return false;
  const salt = Buffer.from(verifier.salt, 'base64');
  const { storedKey } = await scramKeys(hash, prepared.value, salt, verifier.iterations);
  const expected = Buffer.from(verifier.storedKey, 'base64');
  return storedKey.length === expected.length && timingSafeEqual(storedKey, expected);
}
