/**
 * SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side, with and without channel binding. An unknown
 * user goes all the way on a decoy verifier, so that only the last step fails, as with a wrong password.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ScramHash, ScramVerifier } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { ChannelBinding } from './channel-binding.ts';
import { bytesOfBase64 } from './sasl-encoding.ts';
import { authorizes, userOf } from './sasl-name.ts';
import { saslFailure, type SaslStep } from './sasl-step.ts';
import { parseClientFinal, parseClientFirst, type ClientFirst } from './scram-message.ts';

export interface ScramOptions {
  readonly hash: ScramHash;
  readonly domain: string;
  /** Whether the client chose the -PLUS variant. */
  readonly plus: boolean;
  /** Present when -PLUS was offered. */
  readonly channelBindings?: readonly ChannelBinding[];
  /** The server's part of the nonce: printable, no comma, never the same twice. */
  readonly nonce: string;
}

const algorithms = { sha1: 'sha1', sha256: 'sha256' } as const satisfies Record<ScramHash, string>;

export function startScram(message: string, options: ScramOptions): SaslStep {
  const first = parseClientFirst(message);
  if (!first) return saslFailure('malformed-request', 'not a SCRAM client-first-message');
  const mismatch = bindingMismatch(first, options);
  if (mismatch !== undefined)
    return { ...saslFailure('malformed-request', mismatch), misfit: true };
  const user = userOf(first.name, options.domain);
  if (user === undefined) return saslFailure('not-authorized');
  if (!authorizes(first.authzid, user)) return saslFailure('invalid-authzid');
  return {
    kind: 'verifierWanted',
    user,
    hash: options.hash,
    next: (verifier) => challenge(first, user, verifier, options),
  };
}

/** RFC 5802 §6: a client that would have bound the channel had we offered it means that someone struck our offer out. */
function bindingMismatch(first: ClientFirst, options: ScramOptions): string | undefined {
  const { binding } = first;
  if (binding.kind === 'named') {
    if (!options.plus) return 'channel binding goes with the -PLUS mechanism';
    return bindingNamed(first, options) === undefined
      ? 'this type of channel binding is not supported'
      : undefined;
  }
  if (options.plus) return 'the -PLUS mechanism goes with channel binding';
  return binding.kind === 'notOffered' && options.channelBindings
    ? 'the server does support channel binding'
    : undefined;
}

function challenge(
  first: ClientFirst,
  user: BareJid,
  verifier: ScramVerifier,
  options: ScramOptions,
): SaslStep {
  const nonce = first.nonce + options.nonce;
  const data = `r=${nonce},s=${verifier.salt},i=${verifier.iterations}`;
  return {
    kind: 'challenge',
    data,
    next: (message) => {
      const final = parseClientFinal(message);
      if (!final) return saslFailure('malformed-request', 'not a SCRAM client-final-message');
      const expected = boundText(first, options);
      if (final.nonce !== nonce || final.binding !== expected) return saslFailure('not-authorized');
      const signed = `${first.bare},${data},${final.withoutProof}`;
      return verify(user, verifier, options.hash, signed, final.proof);
    },
  };
}

function boundText(first: ClientFirst, options: ScramOptions): string {
  const header = Buffer.from(first.gs2Header, 'utf8');
  const binding = bindingNamed(first, options);
  return binding === undefined
    ? header.toString('base64')
    : Buffer.concat([header, binding.data]).toString('base64');
}

function bindingNamed(
  { binding }: ClientFirst,
  { channelBindings }: ScramOptions,
): ChannelBinding | undefined {
  if (binding.kind !== 'named') return undefined;
  return channelBindings?.find(({ type }) => type === binding.type);
}

/** RFC 5802 §3: StoredKey is the hash of what remains of the proof without the signature that we can make too. */
function verify(
  user: BareJid,
  verifier: ScramVerifier,
  hash: ScramHash,
  signed: string,
  proofText: string,
): SaslStep {
  const algorithm = algorithms[hash];
  const storedKey = Buffer.from(verifier.storedKey, 'base64');
  const signature = createHmac(algorithm, storedKey).update(signed).digest();
  const proof = bytesOfBase64(proofText);
  if (proof?.length !== signature.length)
    return saslFailure('malformed-request', 'a proof of odd length');
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  const computed = createHash(algorithm).update(clientKey).digest();
  if (computed.length !== storedKey.length || !timingSafeEqual(computed, storedKey)) {
    return saslFailure('not-authorized');
  }
  const serverKey = Buffer.from(verifier.serverKey, 'base64');
  const serverSignature = createHmac(algorithm, serverKey).update(signed).digest('base64');
  return { kind: 'success', user, data: `v=${serverSignature}` };
}
