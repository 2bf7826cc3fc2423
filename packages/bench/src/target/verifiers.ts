// SCRAM verifiers (RFC 5802 §3) for `rollcall import`, made once for all accounts: hashing is not what is measured.

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** In ejabberd's shape, which `rollcall import` reads. */
export interface Verifier {
  readonly hash: 'sha' | 'sha256';
  readonly storedkey: string;
  readonly serverkey: string;
  readonly salt: string;
  readonly iterationcount: number;
}

export interface VerifierOptions {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** One for each hash. */
export function verifiers(options: VerifierOptions): readonly Verifier[] {
  return [
    { hash: 'sha', ...keys(options, 'sha1', 20) },
    { hash: 'sha256', ...keys(options, 'sha256', 32) },
  ];
}

function keys({ password, salt, iterations }: VerifierOptions, digest: string, bytes: number) {
  const salted = pbkdf2Sync(password, salt, iterations, bytes, digest);
  const keyOf = (role: string) => createHmac(digest, salted).update(role).digest();
  return {
    storedkey: createHash(digest).update(keyOf('Client Key')).digest('base64'),
    serverkey: keyOf('Server Key').toString('base64'),
    salt: Buffer.from(salt).toString('base64'),
    iterationcount: iterations,
  };
}
