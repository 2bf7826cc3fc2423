import type { BareJid } from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subscriptionStates } from '../subscription/state.ts';
import { blankContact, type ContactEntry } from './contact.ts';
import { Contacts } from './contacts.ts';

const number = fc.constantFrom(0, 0, 0, 7, 1_700_000_000_000);

/** Some dozens of names, so that contacts are looked for one by one and by the index. */
const entry: fc.Arbitrary<ContactEntry> = fc
  .record(
    {
      jid: fc.nat({ max: 40 }).map((index) => `contact${index}@x` as BareJid),
      state: fc.constantFrom(...subscriptionStates),
      listed: fc.boolean(),
      approved: fc.boolean(),
      version: number,
      name: fc.constantFrom('', 'Bob'),
      groups: fc.constantFrom([], ['Friends'], ['Friends', 'Work']),
      request: fc.constant({ kind: 'presence', type: 'subscribe', content: '<status/>' } as const),
      notices: fc.constantFrom([], [{ kind: 'presence', type: 'unsubscribed', content: '' }]),
      asked: number,
      withdrawn: number,
      heard: number,
    },
    { requiredKeys: ['jid', 'state', 'listed', 'approved', 'version'] },
  )
  .map((fields) => ({ ...blankContact(fields.jid), ...fields }));

const change = fc.record({
  entries: fc.uniqueArray(entry, { maxLength: 25, selector: ({ jid }) => jid }),
  forgotten: fc.uniqueArray(entry.map(({ jid }) => jid)),
});

describe('contacts', () => {
  test('keep what only some have with those who have it, when others are forgotten', () => {
    const [ann, ben, cat] = ['ann@x', 'ben@x', 'cat@x'].map((jid) => blankContact(jid as BareJid));
    const named = { ...cat!, name: 'Cat' };
    const contacts = Contacts.of([ann!, ben!, named]).with([], new Set([ann!.jid]));
    expect([...contacts.values()]).toEqual([ben, named]);
  });

  test('are given out as they were put in, whatever becomes of others', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(change, { maxLength: 4 }), (first, changes) => {
        let contacts = Contacts.of(first);
        const expected = new Map(first.map((each) => [each.jid, each]));
        for (const { entries, forgotten } of changes) {
          const before = [...contacts.values()];
          const former = contacts;
          contacts = contacts.with(entries, new Set(forgotten));
          for (const each of entries) expected.set(each.jid, each);
          for (const jid of forgotten) expected.delete(jid);
          expect([...former.values()]).toEqual(before);
        }
        expect([...contacts.values()]).toEqual([...expected.values()]);
        expect(contacts.jids).toEqual([...expected.keys()]);
        expect(contacts.size).toBe(expected.size);
        for (let index = 0; index <= 40; index++) {
          const jid = `contact${index}@x` as BareJid;
          expect(contacts.get(jid)).toEqual(expected.get(jid));
          expect(contacts.stateOf(jid)).toBe(expected.get(jid)?.state);
        }
      }),
    );
  });
});
