// How clients prove who they are, as the settings say: accounts first, then tokens, then a service that is asked.

import { createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EngineAdmin } from '@rollcall/cluster';
import {
  accountAuthenticator,
  chainAuthenticators,
  httpAuthenticator,
  jwtAuthenticator,
  type Authenticator,
  type Verdict,
} from '@rollcall/front-end';
import { decoyVerifiers, type AccountStore } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import {
  keyAlgorithms,
  secretAlgorithms,
  type AuthenticationSettings,
} from '../configuration/authentication-settings.ts';
import type { Settings } from '../configuration/settings.ts';
import { fileFailure } from '../file-failure.ts';

class AuthenticationError extends Error {
  readonly code = 'authentication_unusable';
}

export interface AuthenticatorParts {
  readonly settings: Pick<Settings, 'authentication' | 'scramIterations' | 'domain'>;
  readonly accounts: AccountStore;
  readonly admin: Pick<EngineAdmin, 'createUser'>;
  readonly decoySecret: Uint8Array;
}

/** Rejects with `AuthenticationError`. */
export async function composeAuthenticator(parts: AuthenticatorParts): Promise<Authenticator> {
  const { settings, accounts, decoySecret } = parts;
  const { authentication, scramIterations } = settings;
  const links: Authenticator[] = [];
  if (authentication.accounts)
    links.push(accountAuthenticator(accounts, { decoySecret, iterations: scramIterations }));
  const jwt = await composeJwt(authentication.jwt);
  if (jwt !== undefined) links.push(welcoming(jwt, parts));
  const { url, authorization, timeoutMs } = authentication.http;
  if (url !== undefined) {
    const headers = authorization === undefined ? {} : { authorization };
    links.push(welcoming(httpAuthenticator({ url, headers, timeoutMs }), parts));
  }
  return chainAuthenticators(...links);
}

async function composeJwt(settings: AuthenticationSettings['jwt']): Promise<Vouching | undefined> {
  const { secret, publicKeyFile, jwksUrl, algorithms, issuer, audience, userClaim } = settings;
  const rules = {
    userClaim,
    algorithms: algorithms ?? (secret === undefined ? keyAlgorithms : secretAlgorithms),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  if (secret !== undefined) return jwtAuthenticator({ ...rules, key: Buffer.from(secret, 'utf8') });
  if (jwksUrl !== undefined) return jwtAuthenticator({ ...rules, key: { jwksUrl } });
  if (publicKeyFile === undefined) return undefined;
  return jwtAuthenticator({ ...rules, key: await publicKey(publicKeyFile) });
}

async function publicKey(file: string): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = fileFailure(error);
    throw new AuthenticationError(`${file} cannot be read: ${why}.`, { cause: error });
  });
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new AuthenticationError(`${file} holds no public key in PEM.`, { cause: error });
  }
}

type Vouching = Required<Pick<Authenticator, 'checkPassword' | 'checkToken'>>;

/**
 * Whoever is let in by others than the accounts gets one, with a password that nobody knows: without an account, a
 * user is nobody to contacts as soon as the last session has ended (RFC 6121 §8.5.1).
 */
function welcoming(vouching: Vouching, parts: AuthenticatorParts): Authenticator {
  const { accounts, admin, settings } = parts;
  const { domain, authentication } = settings;
  const welcome = async (user: BareJid): Promise<void> => {
    if (!authentication.createAccounts || (await accounts.read(user)) !== undefined) return;
    await admin.createUser(user, decoyVerifiers(user, randomBytes(32)));
  };
  const welcomed = async (verdict: Verdict): Promise<Verdict> => {
    if (!verdict.ok) return verdict;
    if (!domain.some((served) => verdict.user.endsWith(`@${served}`))) return notHere;
    await welcome(verdict.user);
    return verdict;
  };
  return {
    checkPassword: async (user, password) => welcomed(await vouching.checkPassword(user, password)),
    checkToken: async (token, hint) => welcomed(await vouching.checkToken(token, hint)),
  };
}

const notHere: Verdict = { ok: false, condition: 'not-authorized' };
