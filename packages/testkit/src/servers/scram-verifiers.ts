// SCRAM verifiers (RFC 5802 §3) in the shape that ejabberd exports and `rollcall import` reads.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

export interface ScramVerifier {
  readonly hash: 'sha' | 'sha256';
  readonly storedkey: string;
  readonly serverkey: string;
  readonly salt: string;
  readonly iterationcount: number;
}

/** The least that RFC 5802 §5.1 allows: tests log in by the thousand. */
const iterationcount = 4096;

/** One for each hash. */
export function scramVerifiers(password: string): readonly ScramVerifier[] {
  return [verifier(password, 'sha', 'sha1'), verifier(password, 'sha256', 'sha256')];
}

function verifier(
  password: string,
  hash: ScramVerifier['hash'],
  digest: 'sha1' | 'sha256',
): ScramVerifier {
  const salt = randomBytes(16);
  const length = createHash(digest).digest().length;
  const salted = pbkdf2Sync(password, salt, iterationcount, length, digest);
  const keyOf = (role: string) => createHmac(digest, salted).update(role).digest();
  return {
    hash,
    storedkey: createHash(digest).update(keyOf('Client Key')).digest('base64'),
    serverkey: keyOf('Server Key').toString('base64'),
    salt: salt.toString('base64'),
    iterationcount,
  };
}
