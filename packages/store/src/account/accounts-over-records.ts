/**
 * Accounts as records, in whatever store they are: one record per user, under `account/`.
 */
import { domainOf, type BareJid } from '@rollcall/xmpp';
import { userKey, userOfKey } from '../record/record-key.ts';
import type { RecordStore, StoredRecord } from '../record/record-store.ts';
import type { ScramVerifiers } from '../scram/scram-verifiers.ts';
import { StoreError } from '../store-error.ts';
import { decodeAccount, encodeAccount } from './account-codec.ts';
import type { Account, AccountStore } from './account-store.ts';

const prefix = 'account/';
const keyOf = (user: BareJid) => prefix + userKey(user);

/** The record store stays the caller's to close. */
export function accountsOver(records: RecordStore): AccountStore {
  return new RecordAccounts(records);
}

class RecordAccounts implements AccountStore {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  async read(user: BareJid): Promise<Account | undefined> {
    const key = keyOf(user);
    const record = await this.#records.read(key);
    if (record === undefined) return undefined;
    const account = decodeAccount(record.value);
    if (!account.ok) throw damaged(key, account.problem);
    if (account.value.user !== user) throw damaged(key, 'it belongs to another user');
    return account.value;
  }

  async create(user: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'> {
    const outcome = await this.#records.write(keyOf(user), encodeAccount({ user, credentials }), 0);
    return outcome.ok ? 'created' : 'exists';
  }

  async put(user: BareJid, credentials: ScramVerifiers): Promise<void> {
    const key = keyOf(user);
    const value = encodeAccount({ user, credentials });
    for (;;) {
      const current = await this.#records.read(key);
      const outcome = await this.#records.write(key, value, current?.revision ?? 0);
      if (outcome.ok) return;
    }
  }

  async delete(user: BareJid): Promise<boolean> {
    const key = keyOf(user);
    for (;;) {
      const current = await this.#records.read(key);
      if (current === undefined) return false;
      const outcome = await this.#records.delete(key, current.revision);
      if (outcome.ok) return true;
    }
  }

  async *list(domain?: string): AsyncIterable<BareJid> {
    for await (const key of this.#records.keys(prefix)) {
      const user = userOfKey(key.slice(prefix.length)) ?? (await this.#userInRecord(key));
      if (user !== undefined && (domain === undefined || domainOf(user) === domain)) yield user;
    }
  }

  /** For JIDs too long for a key. A damaged record hides its own user only; `read` reports it. */
  async #userInRecord(key: string): Promise<BareJid | undefined> {
    const record: StoredRecord | undefined = await this.#records.read(key);
    const account = record && decodeAccount(record.value);
    return account?.ok === true ? account.value.user : undefined;
  }
}

function damaged(key: string, problem: string): StoreError {
  return new StoreError(
    'record_corrupt',
    `The account in record ${key} is damaged (${problem}); set the user's password anew, or delete the user.`,
  );
}
