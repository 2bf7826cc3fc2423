/**
 * An account as the bytes of a record: JSON with the user and the verifiers.
 */
import type { BareJid, Parsed } from '@rollcall/xmpp';
import { parseScramVerifiers } from '../scram/parse-verifiers.ts';
import type { Account } from './account-store.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function encodeAccount(account: Account): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ user: account.user, credentials: account.credentials }),
  );
}

/** The problem never quotes what the record holds. */
export function decodeAccount(bytes: Uint8Array): Parsed<Account> {
  let record: { user?: unknown; credentials?: unknown } | null;
  try {
    record = JSON.parse(utf8.decode(bytes)) as typeof record;
  } catch {
    return { ok: false, problem: 'it is no JSON' };
  }
  if (typeof record?.user !== 'string') return { ok: false, problem: 'it names no user' };
  const credentials = parseScramVerifiers(record.credentials);
  if (!credentials.ok) return credentials;
  return { ok: true, value: { user: record.user as BareJid, credentials: credentials.value } };
}
