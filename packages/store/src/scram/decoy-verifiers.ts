/**
 * Verifiers for users who do not exist, so that a login as one of them goes the way of any login and fails at its end,
 * like a wrong password: how SCRAM ends must not tell who exists (RFC 5802 §7 lets the server hide the reason).
 */
import { createHmac } from 'node:crypto';
import type { BareJid } from '@rollcall/xmpp';
import { defaultIterations, saltBytes, type DeriveOptions } from './derive-verifiers.ts';
import { hashBytes, verifierOf } from './scram-keys.ts';
import type { ScramHash, ScramVerifier, ScramVerifiers } from './scram-verifiers.ts';

/**
 * The same for the same user, like the real ones; no password fits them. `secret` has to stay the same, also over
 * restarts and on all nodes, and must not be known to clients; `iterations` is what new accounts get.
 */
export function decoyVerifiers(
  user: BareJid,
  secret: string | Uint8Array,
  options: DeriveOptions = {},
): ScramVerifiers {
  return {
    sha1: decoyVerifier('sha1', user, secret, options),
    sha256: decoyVerifier('sha256', user, secret, options),
  };
}

/** The one of them for a login whose mechanism is chosen. */
export function decoyVerifier(
  hash: ScramHash,
  user: BareJid,
  secret: string | Uint8Array,
  { iterations = defaultIterations }: DeriveOptions = {},
): ScramVerifier {
  const invent = (what: string, bytes: number) =>
    createHmac('sha256', secret).update(`${what}\0${hash}\0${user}`).digest().subarray(0, bytes);
  return verifierOf(invent('salt', saltBytes), iterations, {
    storedKey: invent('StoredKey', hashBytes[hash]),
    serverKey: invent('ServerKey', hashBytes[hash]),
  });
}
