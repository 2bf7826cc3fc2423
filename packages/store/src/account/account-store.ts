/**
 * Who may log in, and by what. Passwords are never kept.
 */
import type { BareJid } from '@rollcall/xmpp';
import type { ScramVerifiers } from '../scram/scram-verifiers.ts';

export interface Account {
  readonly user: BareJid;
  readonly credentials: ScramVerifiers;
}

/** Operational failures reject with `StoreError`; a damaged account with code `record_corrupt` and its key. */
export interface AccountStore {
  read(user: BareJid): Promise<Account | undefined>;
  create(user: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'>;
  /** Makes the account or replaces its credentials, also those of a damaged one. */
  put(user: BareJid, credentials: ScramVerifiers): Promise<void>;
  /** Whether there was such an account. */
  delete(user: BareJid): Promise<boolean>;
  /** All accounts, or those of one domain (prepared, as in a JID), in no promised order. */
  list(domain?: string): AsyncIterable<BareJid>;
}
