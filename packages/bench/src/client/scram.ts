// SCRAM from the client's side (RFC 5802, RFC 7677). Accounts that share password and salt share the costly part.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const hashes = {
  'SCRAM-SHA-1': { name: 'sha1', bytes: 20 },
  'SCRAM-SHA-256': { name: 'sha256', bytes: 32 },
} as const;

export type ScramMechanism = keyof typeof hashes;

export interface ScramCredentials {
  readonly mechanism: ScramMechanism;
  readonly name: string;
  readonly password: string;
  /** Random by default. */
  readonly nonce?: string;
}

/** Salted passwords that have been computed, by all they depend on. */
export type SaltedPasswords = Map<string, Buffer>;

export class ScramExchange {
  readonly #hash: { readonly name: string; readonly bytes: number };
  readonly #password: string;
  readonly #salted: SaltedPasswords;
  readonly #firstBare: string;
  #serverSignature = '';

  constructor(credentials: ScramCredentials, salted: SaltedPasswords) {
    const { mechanism, name, password, nonce } = credentials;
    this.#hash = hashes[mechanism];
    this.#password = password;
    this.#salted = salted;
    this.#firstBare = `n=${name},r=${nonce ?? randomBytes(12).toString('base64')}`;
  }

  first(): string {
    return `n,,${this.#firstBare}`;
  }

  /** Answers the server's challenge. */
  final(challenge: string): string {
    const { r: nonce = '', s: salt = '', i: iterations = '' } = attributesOf(challenge);
    const withoutProof = `c=biws,r=${nonce}`;
    const signed = `${this.#firstBare},${challenge},${withoutProof}`;
    const salted = this.#saltedPassword(salt, Number(iterations));
    const clientKey = this.#hmac(salted, 'Client Key');
    const storedKey = createHash(this.#hash.name).update(clientKey).digest();
    const signature = this.#hmac(storedKey, signed);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    this.#serverSignature = this.#hmac(this.#hmac(salted, 'Server Key'), signed).toString('base64');
    return `${withoutProof},p=${proof.toString('base64')}`;
  }

  /** Whether the server knows the password too. */
  proves(outcome: string): boolean {
    return this.#serverSignature !== '' && attributesOf(outcome)['v'] === this.#serverSignature;
  }

  #saltedPassword(salt: string, iterations: number): Buffer {
    const { name, bytes } = this.#hash;
    const key = [name, salt, iterations, this.#password].join(' ');
    const known = this.#salted.get(key);
    if (known !== undefined) return known;
    const computed = pbkdf2Sync(
      this.#password,
      Buffer.from(salt, 'base64'),
      iterations,
      bytes,
      name,
    );
    this.#salted.set(key, computed);
    return computed;
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash.name, key).update(text).digest();
  }
}

function attributesOf(message: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
