import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jid } from '../../test/jids.ts';
import { decodePolicy, encodePolicy } from './policy-codec.ts';
import { emptyPolicy, type PrivacyPolicy } from './policy.ts';
import { privacyList, type PrivacyMatch, type Subscription } from './privacy-list.ts';

const match: fc.Arbitrary<PrivacyMatch> = fc.oneof(
  fc.record({
    by: fc.constant('jid' as const),
    value: fc.constantFrom(jid('a@x.example/r'), jid('a@x.example'), jid('x.example')),
  }),
  fc.record({ by: fc.constant('group' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    by: fc.constant('subscription' as const),
    value: fc.constantFrom<Subscription>('none', 'to', 'from', 'both'),
  }),
  fc.constant({ by: 'anyone' as const }),
);
const items = fc.uniqueArray(
  fc.record({
    match,
    action: fc.constantFrom('allow' as const, 'deny' as const),
    order: fc.nat(),
    flows: fc.subarray([
      'message' as const,
      'iq' as const,
      'presence-in' as const,
      'presence-out' as const,
    ]),
  }),
  { selector: ({ order }) => order, maxLength: 8 },
);
const list = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), items, fc.boolean())
  .map(([name, of, virtual]) => privacyList(name, of, virtual));
const policy: fc.Arbitrary<PrivacyPolicy> = fc
  .tuple(fc.uniqueArray(list, { selector: ({ name }) => name, maxLength: 4 }), fc.nat())
  .map(([lists, pick]) => {
    const byName = new Map(lists.map((each) => [each.name, each]));
    const chosen = lists[pick % 6];
    return chosen ? { lists: byName, defaultList: chosen.name } : { lists: byName };
  });

describe('a policy in a record', () => {
  it('reads back as it was, through JSON', () => {
    fc.assert(
      fc.property(policy, (original) => {
        const read = decodePolicy(JSON.parse(JSON.stringify(encodePolicy(original))) as unknown);
        expect(read).toEqual({ ok: true, value: original });
      }),
    );
  });

  it('ignores fields that it does not know', () => {
    const value = { lists: [{ name: 'a', items: [], colour: 1 }], default: 'a', later: true };
    const read = decodePolicy(value);
    expect(read.ok && [...read.value.lists.keys()]).toEqual(['a']);
  });

  it.each([
    ['nothing', undefined],
    ['text', 'lists'],
    ['no lists', {}],
    ['lists that are no array', { lists: {} }],
    ['a list without a name', { lists: [{ items: [] }] }],
    ['a list without items', { lists: [{ name: 'a' }] }],
    ['a default list that does not exist', { lists: [], default: 'a' }],
    ['a default list that is no text', { lists: [{ name: '1', items: [] }], default: 1 }],
    ['an item that is no array', { lists: [{ name: 'a', items: [7] }] }],
    ['an item with a negative order', { lists: [{ name: 'a', items: [[-1, 1, 0]] }] }],
    ['an item with an unknown action', { lists: [{ name: 'a', items: [[1, 2, 0]] }] }],
    ['an item without flows', { lists: [{ name: 'a', items: [[1, 1]] }] }],
    ['an item of an unknown kind', { lists: [{ name: 'a', items: [[1, 1, 0, 'z', 'v']] }] }],
    ['an item without a value', { lists: [{ name: 'a', items: [[1, 1, 0, 'j']] }] }],
    ['an item with a broken jid', { lists: [{ name: 'a', items: [[1, 1, 0, 'j', '@']] }] }],
    [
      'an item with an unknown subscription',
      { lists: [{ name: 'a', items: [[1, 1, 0, 's', 'x']] }] },
    ],
  ])('is corrupt, not an exception, where it holds %s', (_, value) => {
    expect(decodePolicy(value)).toMatchObject({ ok: false });
  });

  it('of somebody without lists is small', () => {
    expect(JSON.stringify(encodePolicy(emptyPolicy))).toBe('{"lists":[]}');
  });
});
