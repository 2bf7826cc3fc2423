import type { BareJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.ts';
import { openLmdb } from '../lmdb/lmdb-environment.ts';
import { userKey } from '../record/record-key.ts';
import { LmdbRecordStore } from '../record/record-store.lmdb.ts';
import { MemoryRecordStore } from '../record/record-store.memory.ts';
import { decoyVerifiers } from '../scram/decoy-verifiers.ts';
import { accountStoreContract } from './account-store.contract.ts';
import type { AccountStore } from './account-store.ts';
import { accountsOver } from './accounts-over-records.ts';

accountStoreContract('over records in memory', () =>
  Promise.resolve({ accounts: accountsOver(new MemoryRecordStore()) }),
);

accountStoreContract('over records in LMDB', async () => {
  const directory = await temporaryDirectory();
  const environment = await openLmdb(directory.path);
  return {
    accounts: accountsOver(new LmdbRecordStore(environment)),
    dispose: async () => {
      await environment.close();
      await directory.remove();
    },
  };
});

describe('a damaged account', () => {
  const alice = 'alice@example.com' as BareJid;
  const bob = 'bob@example.com' as BareJid;
  const credentials = decoyVerifiers(alice, 'secret');
  const key = `account/${userKey(alice)}`;
  let records: MemoryRecordStore;
  let accounts: AccountStore;

  beforeEach(() => {
    records = new MemoryRecordStore();
    accounts = accountsOver(records);
  });

  const damage = (text: string | Uint8Array) =>
    records.write(key, typeof text === 'string' ? Buffer.from(text) : text, 0);

  test.each([
    ['nothing', ''],
    ['no JSON', '{"user":'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['null', 'null'],
    ['another shape', '[]'],
    ['no credentials', JSON.stringify({ user: alice })],
    ['credentials of no hash', JSON.stringify({ user: alice, credentials: {} })],
    ['another user', JSON.stringify({ user: bob, credentials })],
  ])('that holds %s is reported with its key', async (_, text) => {
    await damage(text);
    await expect(accounts.read(alice)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'record_corrupt',
      message: expect.stringContaining(key) as string,
    });
  });

  test('concerns nobody else, and a new password mends it', async () => {
    await damage('garbage');
    await accounts.create(bob, credentials);
    expect((await accounts.read(bob))?.user).toBe(bob);
    expect(await accounts.create(alice, credentials)).toBe('exists');
    await accounts.put(alice, credentials);
    expect((await accounts.read(alice))?.credentials).toEqual(credentials);
  });

  test('can be deleted', async () => {
    await damage('garbage');
    expect(await accounts.delete(alice)).toBe(true);
    expect(await accounts.read(alice)).toBeUndefined();
  });

  test('whose JID is only in the record does not keep others from being listed', async () => {
    const long = `${'ä'.repeat(511)}@example.com` as BareJid;
    await records.write(`account/${userKey(long)}`, Buffer.from('garbage'), 0);
    await accounts.create(bob, credentials);
    const listed: BareJid[] = [];
    for await (const user of accounts.list()) listed.push(user);
    expect(listed).toEqual([bob]);
  });
});
