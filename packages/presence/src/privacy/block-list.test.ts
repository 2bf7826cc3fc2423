import { type Jid } from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jid } from '../../test/jids.ts';
import { blockedJids, withBlocked, withoutBlocked } from './block-list.ts';
import { allows, emptyPolicy, type PrivacyPolicy } from './policy.ts';
import { privacyList, type JudgedFlow, type PrivacyItem } from './privacy-list.ts';

const romeo = jid('romeo@montague.example');
const iago = jid('iago@shakespeare.example');
const flows: readonly JudgedFlow[] = ['message', 'iq', 'presence-in', 'presence-out', 'other'];

function withDefault(items: readonly PrivacyItem[], name = 'mine'): PrivacyPolicy {
  return { lists: new Map([[name, privacyList(name, items)]]), defaultList: name };
}

function passes(policy: PrivacyPolicy, whom: Jid): readonly JudgedFlow[] {
  const party = { jid: whom, subscription: 'none', groups: [] } as const;
  return flows.filter((flow) => allows(policy, undefined, flow, party));
}

const allowAll: PrivacyItem = { match: { by: 'anyone' }, action: 'allow', order: 0, flows: [] };
const denyMessages: PrivacyItem = {
  match: { by: 'jid', value: iago },
  action: 'deny',
  order: 7,
  flows: ['message'],
};

describe('the block list as a view of the default list (XEP-0191 §5)', () => {
  it('makes a default list where there is none', () => {
    const policy = withBlocked(emptyPolicy, [romeo]);
    expect(policy.defaultList).toBe('blocklist');
    expect(policy.lists.get('blocklist')).toMatchObject({ virtual: true });
    expect(blockedJids(policy)).toEqual([romeo]);
    expect(passes(policy, romeo)).toEqual([]);
  });

  it('puts blocks before items that would overrule them, and numbers the list anew', () => {
    const policy = withBlocked(withDefault([allowAll]), [romeo]);
    expect(passes(policy, romeo)).toEqual([]);
    expect(policy.lists.get('mine')?.items.map(({ order }) => order)).toEqual([1, 2]);
  });

  it('moves a block that was overruled to the front', () => {
    const late: PrivacyItem = {
      match: { by: 'jid', value: romeo },
      action: 'deny',
      order: 9,
      flows: [],
    };
    const policy = withDefault([allowAll, late]);
    expect(blockedJids(policy)).toEqual([romeo]);
    expect(passes(policy, romeo)).toEqual(flows);
    const blocked = withBlocked(policy, [romeo]);
    expect(passes(blocked, romeo)).toEqual([]);
    expect(blocked.lists.get('mine')?.items).toHaveLength(2);
  });

  it('shows only items that deny everything to a JID (implication 3)', () => {
    const policy = withDefault([denyMessages, { ...allowAll, action: 'deny' }]);
    expect(blockedJids(policy)).toEqual([]);
  });

  it('is that of the new default list where that changed (implication 4)', () => {
    const policy = withBlocked(emptyPolicy, [romeo]);
    const other = privacyList('other', [allowAll]);
    const lists = new Map(policy.lists).set('other', other);
    expect(blockedJids({ lists, defaultList: 'other' })).toEqual([]);
    expect(blockedJids({ lists })).toEqual([]);
  });

  it('does not bring back the blocks of a declined default list', () => {
    const { lists } = withBlocked(emptyPolicy, [romeo]);
    const policy = withBlocked({ lists }, [iago]);
    expect(blockedJids(policy)).toEqual([iago]);
    expect(passes(policy, romeo)).toEqual(flows);
  });

  it('names a JID once, even if the list has it twice', () => {
    const one: PrivacyItem = {
      match: { by: 'jid', value: romeo },
      action: 'deny',
      order: 1,
      flows: [],
    };
    expect(blockedJids(withDefault([one, { ...one, order: 2 }]))).toEqual([romeo]);
  });

  it('stays the same policy where nothing changes', () => {
    const policy = withBlocked(emptyPolicy, [romeo]);
    expect(withBlocked(policy, [romeo])).toBe(policy);
    expect(withoutBlocked(policy, [iago])).toBe(policy);
    expect(withoutBlocked(emptyPolicy, 'all')).toBe(emptyPolicy);
  });

  it('loses only blocks when all are unblocked', () => {
    const policy = withBlocked(withDefault([denyMessages, allowAll]), [romeo, iago]);
    const unblocked = withoutBlocked(policy, 'all');
    expect(blockedJids(unblocked)).toEqual([]);
    expect(passes(unblocked, romeo)).toEqual(flows);
    expect(unblocked.lists.get('mine')?.items.map(({ action }) => action)).toEqual([
      'allow',
      'deny',
    ]);
  });
});

describe('any sequence of blocks and unblocks', () => {
  const pool = ['a@x.example', 'b@x.example', 'c@y.example', 'd@y.example/r'].map(jid);
  const someJids = fc.subarray(pool, { minLength: 1 });
  const step = fc.oneof(
    someJids.map((jids) => ({ block: jids })),
    someJids.map((jids) => ({ unblock: jids })),
    fc.constant({ unblock: 'all' as const }),
  );
  const start = fc.constantFrom(emptyPolicy, withDefault([allowAll, denyMessages]));

  it('blocks exactly those that a set of JIDs would hold', () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 12 }), (from, steps) => {
        const model = new Set<Jid>();
        let policy = from;
        for (const each of steps) {
          if ('block' in each) {
            policy = withBlocked(policy, each.block);
            for (const whom of each.block) model.add(whom);
          } else {
            policy = withoutBlocked(policy, each.unblock);
            for (const whom of each.unblock === 'all' ? pool : each.unblock) model.delete(whom);
          }
        }
        expect(new Set(blockedJids(policy))).toEqual(model);
        for (const whom of pool) expect(passes(policy, whom)).toEqual(model.has(whom) ? [] : flows);
      }),
    );
  });
});
