/** The client's half of SCRAM (RFC 5802 §3), written independently of the server's. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { ScramHash, ScramVerifier, ScramVerifiers } from '@rollcall/store';

export function verifierOf(
  password: string,
  hash: ScramHash,
  salt = 'QSXCR+Q6sek8bf92',
  iterations = 4096,
): ScramVerifier {
  const salted = saltedPassword(password, hash, salt, iterations);
  const storedKey = createHash(hash)
    .update(hmac(hash, salted, 'Client Key'))
    .digest('base64');
  const serverKey = hmac(hash, salted, 'Server Key').toString('base64');
  return { salt, iterations, storedKey, serverKey };
}

export function verifiersOf(password: string, iterations = 4096): ScramVerifiers {
  return {
    sha1: verifierOf(password, 'sha1', undefined, iterations),
    sha256: verifierOf(password, 'sha256', undefined, iterations),
  };
}

export interface ScramClient {
  readonly first: string;
  /** The client-final-message for a server-first-message. */
  final(challenge: string): string;
  /** The server-final-message that only someone with the verifier can make. */
  expected(challenge: string): string;
}

export interface ScramClientOptions {
  readonly name: string;
  readonly password: string;
  readonly hash: ScramHash;
  readonly nonce?: string;
  readonly gs2Header?: string;
  readonly bindingData?: Uint8Array;
}

export function scramClient(options: ScramClientOptions): ScramClient {
  const { name, password, hash, nonce = 'clientnonce', gs2Header = 'n,,' } = options;
  const bare = `n=${name},r=${nonce}`;
  const bound = Buffer.concat([Buffer.from(gs2Header), options.bindingData ?? Buffer.alloc(0)]);
  const parts = (challenge: string) => {
    const [r = '', s = '', i = ''] = challenge.split(',').map((part) => part.slice(2));
    const withoutProof = `c=${bound.toString('base64')},r=${r}`;
    const salted = saltedPassword(password, hash, s, Number(i));
    return { withoutProof, salted, signed: `${bare},${challenge},${withoutProof}` };
  };
  return {
    first: gs2Header + bare,
    final(challenge) {
      const { withoutProof, salted, signed } = parts(challenge);
      const clientKey = hmac(hash, salted, 'Client Key');
      const storedKey = createHash(hash).update(clientKey).digest();
      const signature = hmac(hash, storedKey, signed);
      const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
      return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
    },
    expected(challenge) {
      const { salted, signed } = parts(challenge);
      return `v=${hmac(hash, hmac(hash, salted, 'Server Key'), signed).toString('base64')}`;
    },
  };
}

function saltedPassword(password: string, hash: ScramHash, salt: string, iterations: number) {
  const length = hash === 'sha1' ? 20 : 32;
  return pbkdf2Sync(password, Buffer.from(salt, 'base64'), iterations, length, hash);
}

function hmac(hash: ScramHash, key: Uint8Array, text: string): Buffer {
  return createHmac(hash, key).update(text).digest();
}
