import { describe, expect, it } from 'vitest';
import { jid } from '../../test/jids.ts';
import { allows, emptyPolicy, listInForce, restricts, type PrivacyPolicy } from './policy.ts';
import { privacyList, type PartyView, type PrivacyList } from './privacy-list.ts';

const tybalt: PartyView = { jid: jid('tybalt@example.com/pda'), subscription: 'none', groups: [] };

function denying(name: string, whom: string): PrivacyList {
  const match = { by: 'jid', value: jid(whom) } as const;
  return privacyList(name, [{ match, action: 'deny', order: 1, flows: [] }]);
}

function policy(lists: readonly PrivacyList[], defaultList?: string): PrivacyPolicy {
  const byName = new Map(lists.map((list) => [list.name, list]));
  return defaultList === undefined ? { lists: byName } : { lists: byName, defaultList };
}

const strict = denying('strict', 'tybalt@example.com');
const lenient = denying('lenient', 'paris@example.com');

describe('which list judges (XEP-0016 §2.2)', () => {
  it('is none where there is neither an active nor a default list: all is accepted (rule 3)', () => {
    expect(allows(emptyPolicy, undefined, 'message', tybalt)).toBe(true);
    expect(allows(policy([strict]), undefined, 'message', tybalt)).toBe(true);
  });

  it('is the default list for sessions without an active one, and for the user as a whole (rule 2)', () => {
    expect(allows(policy([strict, lenient], 'strict'), undefined, 'message', tybalt)).toBe(false);
  });

  it('is the active list alone: no layering with the default list (rule 1)', () => {
    const both = policy([strict, lenient], 'strict');
    expect(allows(both, 'lenient', 'message', tybalt)).toBe(true);
    expect(allows(policy([strict, lenient], 'lenient'), 'strict', 'message', tybalt)).toBe(false);
  });

  it('is the default list where a session restored its active list after that was removed', () => {
    expect(listInForce(policy([strict], 'strict'), 'removed')).toBe(strict);
  });
});

describe('restricts', () => {
  it('is false where no party needs to be looked up', () => {
    expect(restricts(emptyPolicy, undefined)).toBe(false);
    expect(restricts(policy([strict]), undefined)).toBe(false);
    expect(restricts(policy([privacyList('empty', [])], 'empty'), undefined)).toBe(false);
    expect(restricts(policy([strict], 'strict'), undefined)).toBe(true);
    expect(restricts(policy([strict]), 'strict')).toBe(true);
  });
});
