/**
 * The keys of SCRAM (RFC 5802 §3): from a salted password to what the server keeps of it.
 */
import { createHash, createHmac, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScramHash, ScramVerifier } from './scram-verifiers.ts';

/** The length of a hash's output. */
export const hashBytes = { sha1: 20, sha256: 32 } as const satisfies Record<ScramHash, number>;

export interface ScramKeys {
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

const derive = promisify(pbkdf2);

/** Hashes on the thread pool. The password must be prepared. */
export async function scramKeys(
  hash: ScramHash,
  password: string,
  salt: Uint8Array,
  iterations: number,
): Promise<ScramKeys> {
  const salted = await derive(password, salt, iterations, hashBytes[hash], hash);
  const clientKey = createHmac(hash, salted).update('Client Key').digest();
  return {
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: createHmac(hash, salted).update('Server Key').digest(),
  };
}

export function verifierOf(salt: Buffer, iterations: number, keys: ScramKeys): ScramVerifier {
  return {
    salt: salt.toString('base64'),
    iterations,
    storedKey: keys.storedKey.toString('base64'),
    serverKey: keys.serverKey.toString('base64'),
  };
}
