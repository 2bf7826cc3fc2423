/**
 * From a password to verifiers, when an account is made or its password changed.
 */
import { randomBytes } from 'node:crypto';
import type { Parsed } from '@rollcall/xmpp';
import { preparePassword } from './password.ts';
import { scramKeys, verifierOf } from './scram-keys.ts';
import type { ScramHash, ScramVerifier, ScramVerifiers } from './scram-verifiers.ts';

/**
 * The least that XEP-0438 §7 asks for. Not the 600,000 that OWASP asks of those who hash themselves: with SCRAM each
 * client computes them at each login, in JavaScript or on a telephone.
 */
export const defaultIterations = 10_000;

/** XEP-0438 §7. */
export const saltBytes = 16;

export interface DeriveOptions {
  /** PBKDF2 iterations, at least 4,096 (RFC 7677 §4). Default 10,000. */
  readonly iterations?: number;
}

/**
 * Verifiers for both hashes, each with a salt of its own. A password that SASLprep refuses is the answer `ok: false`,
 * with a problem that does not quote it.
 */
export async function deriveVerifiers(
  password: string,
  options: DeriveOptions = {},
): Promise<Parsed<ScramVerifiers>> {
  const prepared = preparePassword(password);
  if (!prepared.ok) return prepared;
  const iterations = options.iterations ?? defaultIterations;
  const [sha1, sha256] = await Promise.all([
    deriveVerifier('sha1', prepared.value, iterations),
    deriveVerifier('sha256', prepared.value, iterations),
  ]);
  return { ok: true, value: { sha1, sha256 } };
}

async function deriveVerifier(
  hash: ScramHash,
  password: string,
  iterations: number,
): Promise<ScramVerifier> {
  const salt = randomBytes(saltBytes);
  return verifierOf(salt, iterations, await scramKeys(hash, password, salt, iterations));
}
