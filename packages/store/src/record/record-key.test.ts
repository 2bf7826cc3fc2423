import type { BareJid } from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxKeyBytes, recordKeyFault, userKey, userOfKey } from './record-key.ts';

const jid = fc
  .tuple(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  )
  .map(([local, domain]) => (local === '' ? domain : `${local}@${domain}`) as BareJid);

describe('a user in a key', () => {
  test('is readable where the JID is plain', () => {
    expect(userKey('juliet@example.com' as BareJid)).toBe('juliet=40example=2Ecom');
  });

  test('is a part that any key may hold, whatever the JID', () => {
    fc.assert(
      fc.property(jid, (user) => {
        expect(recordKeyFault(`user/${userKey(user)}/page/1`)).toBeUndefined();
        expect(userKey(user)).not.toMatch(/[./]/);
      }),
    );
  });

  test('leads back to the JID, so that no two JIDs share one', () => {
    fc.assert(
      fc.property(jid, (user) => {
        const key = userKey(user);
        if (!key.startsWith('=h')) expect(userOfKey(key)).toBe(user);
      }),
    );
  });

  test('is a hash for a JID that would be too long', () => {
    const localpart = 'l'.repeat(1_023);
    const longest = `${localpart}@${'d'.repeat(1_023)}` as BareJid;
    const other = `${localpart}@${'d'.repeat(1_022)}e` as BareJid;
    expect(longest.length).toBe(2_047);
    expect(userKey(longest).length).toBeLessThan(100);
    expect(userKey(longest)).toBe(userKey(longest));
    expect(userKey(longest)).not.toBe(userKey(other));
    expect(userOfKey(userKey(longest))).toBeUndefined();
  });

  test.each(['', 'a@b', '=4', '=zz', '=FF', 'page/1'])('is not %j', (part) => {
    expect(userOfKey(part)).toBeUndefined();
  });
});

describe('a key', () => {
  test('has up to 1,000 bytes', () => {
    expect(recordKeyFault('k'.repeat(maxKeyBytes))).toBeUndefined();
    expect(recordKeyFault('k'.repeat(maxKeyBytes + 1))).toContain('1000 bytes');
  });
});
