/** Login by JSON Web Tokens (RFC 7519): as OAUTHBEARER, or as the password of PLAIN. */
import type { KeyObject } from 'node:crypto';
import { domainOf, parseBareJid, type BareJid } from '@rollcall/xmpp';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyOptions } from 'jose';
import { userOf } from '../sasl/sasl-name.ts';
import type { Verdict } from '../sasl/sasl-step.ts';
import type { Authenticator } from './authenticator.ts';

/** Which tokens are taken (RFC 7519), and whom they name. */
export interface JwtAuthenticatorOptions {
  /** What signatures are checked with: a key, or where a JWK set is published. */
  readonly key: KeyObject | Uint8Array | { readonly jwksUrl: string };
  /** Signature algorithms that are taken, such as `ES256`. */
  readonly algorithms: readonly string[];
  readonly issuer?: string;
  readonly audience?: string;
  /** Which claim names the user, as a JID or as a localpart of the stream's domain. Default `sub`. */
  readonly userClaim?: string;
}

/** Tokens need an `exp`. Rejects where the JWK set cannot be had. */
export function jwtAuthenticator(
  options: JwtAuthenticatorOptions,
): Required<Pick<Authenticator, 'checkPassword' | 'checkToken'>> {
  const verify = verifierFor(options);
  const { userClaim = 'sub' } = options;
  const check = async (token: string, domain: string): Promise<Verdict> => {
    try {
      const { payload } = await verify(token);
      const user = userNamed(payload[userClaim], domain);
      return user === undefined ? refused : { ok: true, user };
    } catch (error) {
      return verdictOn(error);
    }
  };
  return {
    checkToken: (token, { domain }) => check(token, domain),
    async checkPassword(user, password) {
      const verdict = await check(password, domainOf(user));
      return verdict.ok && verdict.user !== user ? refused : verdict;
    },
  };
}

const refused: Verdict = { ok: false, condition: 'not-authorized' };

function verifierFor({ key, algorithms, issuer, audience }: JwtAuthenticatorOptions) {
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    requiredClaims: ['exp'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  if (!('jwksUrl' in key)) return (token: string) => jwtVerify(token, key, options);
  const keys = createRemoteJWKSet(new URL(key.jwksUrl));
  return (token: string) => jwtVerify(token, keys, options);
}

function userNamed(claim: unknown, domain: string): BareJid | undefined {
  if (typeof claim !== 'string') return undefined;
  if (!claim.includes('@')) return userOf(claim, domain);
  const jid = parseBareJid(claim);
  return jid.ok ? jid.value : undefined;
}

/** What is wrong with the token is the client's matter; what is wrong with the keys is ours, and thrown on. */
function verdictOn(error: unknown): Verdict {
  if (error instanceof errors.JWTExpired) return { ok: false, condition: 'credentials-expired' };
  const keysMissing = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (error instanceof errors.JOSEError && !keysMissing && error.code !== 'ERR_JOSE_GENERIC') {
    return refused;
  }
  throw error;
}
