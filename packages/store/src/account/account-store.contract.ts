/**
 * What every account store does, as tests that each adapter passes.
 */
import type { BareJid } from '@rollcall/xmpp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScramVerifiers } from '../scram/scram-verifiers.ts';
import type { AccountStore } from './account-store.ts';

export interface AccountStoreFixture {
  readonly accounts: AccountStore;
  /** Called after each test. */
  dispose?(): Promise<void>;
}

const alice = 'alice@example.com' as BareJid;
const bob = 'bob@example.com' as BareJid;
const carol = 'carol@example.net' as BareJid;
const longest = `${'ä'.repeat(511)}@example.org` as BareJid;

/** `make` gives an empty store. */
export function accountStoreContract(name: string, make: () => Promise<AccountStoreFixture>): void {
  describe(`account store: ${name}`, () => {
    let fixture: AccountStoreFixture;
    let accounts: AccountStore;

    beforeEach(async () => {
      fixture = await make();
      accounts = fixture.accounts;
    });

    afterEach(() => fixture.dispose?.());

    test('an account that was never made is undefined', async () => {
      expect(await accounts.read(alice)).toBeUndefined();
    });

    test.each([alice, longest, 'example.com' as BareJid, 'ünïcode@例え.jp' as BareJid])(
      'the account of %s is read as it was made',
      async (user) => {
        expect(await accounts.create(user, verifiers('a'))).toBe('created');
        expect(await accounts.read(user)).toEqual({ user, credentials: verifiers('a') });
      },
    );

    test('an account is made once, whoever tries', async () => {
      const outcomes = await Promise.all(
        ['a', 'b', 'c'].map((mark) => accounts.create(alice, verifiers(mark))),
      );
      expect(outcomes.sort()).toEqual(['created', 'exists', 'exists']);
      const before = await accounts.read(alice);
      expect(await accounts.create(alice, verifiers('d'))).toBe('exists');
      expect(await accounts.read(alice)).toEqual(before);
    });

    test('put makes an account, or replaces its credentials', async () => {
      await accounts.put(alice, verifiers('a'));
      await accounts.put(alice, { sha1: verifiers('b').sha1 });
      expect(await accounts.read(alice)).toEqual({
        user: alice,
        credentials: { sha1: verifiers('b').sha1 },
      });
    });

    test('puts at the same moment leave one of them, whole', async () => {
      const marks = ['a', 'b', 'c', 'd'];
      await Promise.all(marks.map((mark) => accounts.put(alice, verifiers(mark))));
      const account = await accounts.read(alice);
      expect(marks.map(verifiers)).toContainEqual(account?.credentials);
    });

    test('a deleted account is gone, and can be made again with nothing left of the old one', async () => {
      await accounts.create(alice, verifiers('a'));
      expect(await accounts.delete(alice)).toBe(true);
      expect(await accounts.read(alice)).toBeUndefined();
      expect(await accounts.delete(alice)).toBe(false);
      expect(await accounts.create(alice, { sha256: verifiers('b').sha256 })).toBe('created');
      expect((await accounts.read(alice))?.credentials).toEqual({
        sha256: verifiers('b').sha256,
      });
    });

    test('accounts are listed, all or by domain', async () => {
      for (const user of [alice, bob, carol, longest]) await accounts.create(user, verifiers('a'));
      await accounts.delete(bob);
      expect(await sorted(accounts.list())).toEqual([alice, carol, longest].sort());
      expect(await sorted(accounts.list('example.com'))).toEqual([alice]);
      expect(await sorted(accounts.list('example.org'))).toEqual([longest]);
      expect(await sorted(accounts.list('example'))).toEqual([]);
    });
  });
}

function verifiers(mark: string): Required<ScramVerifiers> {
  const verifier = (bytes: number) => ({
    salt: Buffer.from(`salt ${mark}`).toString('base64'),
    iterations: 4_096,
    storedKey: Buffer.alloc(bytes, `stored ${mark}`).toString('base64'),
    serverKey: Buffer.alloc(bytes, `server ${mark}`).toString('base64'),
  });
  return { sha1: verifier(20), sha256: verifier(32) };
}

async function sorted(users: AsyncIterable<BareJid>): Promise<BareJid[]> {
  const found: BareJid[] = [];
  for await (const user of users) found.push(user);
  return found.sort();
}
