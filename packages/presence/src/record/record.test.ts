import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { reread } from '../../test/records.ts';
import { iq, presence, rosterSet, TestUser } from '../../test/test-user.ts';
import { adoptRecord, emptyState } from '../user-state.ts';
import { decodeRecord, decodingRecord, pagesOf } from './decode.ts';
import { encodePart } from './encode.ts';
import { emptyRecord, layoutOf } from './record.ts';

const noPages = new Map<number, string>();

/** With a bit of everything that is stored. */
function eventful(): TestUser {
  const user = new TestUser('juliet@x', { contacts: { 'nurse@x': 'Both', 'paris@x': 'To' } });
  const stanza = presence({
    type: 'subscribe',
    from: 'romeo@x',
    id: 's',
    content: '<status>ü</status>',
  });
  user.hears('subscribe', 'romeo@x', { stanza });
  user.hears('unsubscribed', 'nurse@x');
  user.comes('balcony');
  user.sends('balcony', presence({ type: 'subscribe', to: 'nurse@x', content: '<x/>' }));
  user.sends('balcony', presence({ type: 'subscribed', to: 'tybalt@x' }));
  user.sends(
    'balcony',
    rosterSet(`<item jid='paris@x' name='P'><group>A</group><group>B</group></item>`),
  );
  user.sends('balcony', rosterSet(`<item jid='nurse@x' subscription='remove'/>`));
  const item = { jid: 'friar@x' as BareJid, state: 'None + Pending Out', groups: [] } as const;
  user.tell({ kind: 'rosterImported', items: [item] });
  user.tell({ kind: 'halvesCompared', contact: item.jid, mine: item.state, theirs: 'From' });
  user.sends(
    'balcony',
    iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='paris@x'/></block>`),
  );
  user.sends('balcony', presence({ type: 'unavailable', content: '<status>bye</status>' }));
  return user;
}

function withContacts(count: number): TestUser {
  const user = new TestUser('juliet@x');
  const items = Array.from({ length: count }, (_, index) => ({
    jid: `contact${index}@x` as BareJid,
    state: 'Both' as const,
    name: `Contact ${index}`,
    groups: ['Friends'],
  }));
  user.tell({ kind: 'rosterImported', items });
  return user;
}

describe('a record', () => {
  test('reads as it was written', () => {
    const { roster, policy, lastPresence, leaving } = eventful().state;
    const read = reread(eventful().state);
    expect(read.ok && [...read.value.roster.entries()]).toEqual([...roster.entries()]);
    expect(read.ok && read.value.roster.pages[0]?.tombstones).toEqual(roster.pages[0]?.tombstones);
    expect(read).toMatchObject({ ok: true, value: { policy, lastPresence, leaving } });
  });

  test('of many contacts reads as it was written, from its pages', () => {
    const { state } = withContacts(3_000);
    expect(layoutOf(state).pages).toHaveLength(16);
    const read = reread(state);
    expect(read.ok && [...read.value.roster.entries()]).toEqual([...state.roster.entries()]);
    expect(read.ok && read.value.roster.clock).toBe(state.roster.clock);
    expect(read.ok && layoutOf(read.value)).toEqual(layoutOf(state));
  });

  test('of many contacts is read a page at a time, with others in between', () => {
    const { state } = withContacts(2_500);
    const { pages } = layoutOf(state);
    const texts = new Map(pages.map((page) => [page, encodePart(state, page)]));
    const decoding = decodingRecord(state.jid, encodePart(state, 'head'), texts);
    let slices = 1;
    while (decoding.next().done !== true) slices += 1;
    expect(slices).toBe(pages.length);
  });

  test('that is not there is an empty one', () => {
    expect(decodeRecord('juliet@x' as BareJid, undefined, noPages)).toEqual({
      ok: true,
      value: emptyRecord,
    });
  });

  test('ignores what a newer version has added', () => {
    const head = JSON.stringify({ ...parsed(encodePart(eventful().state, 'head')), newField: [1] });
    expect(decodeRecord('juliet@x' as BareJid, head, noPages).ok).toBe(true);
  });
});

describe('what is written', () => {
  function published(user: TestUser, contact: string) {
    user.sends('balcony', presence({ type: 'unsubscribe', to: contact }));
    const saved = user.effects[0];
    user.isPublished(contact);
    return saved?.kind === 'save' ? saved.parts : [];
  }

  test('is the page of the contact alone, marked while its handshake is not confirmed', () => {
    const user = withContacts(3_000);
    user.comes('balcony');
    expect(published(user, 'contact7@x')).toEqual([
      { part: expect.any(Number) as number, unsettled: true },
    ]);
  });

  test('includes pages that changed before and may be written late, each with its own mark', () => {
    const user = withContacts(3_000);
    user.comes('balcony');
    const [first] = published(user, 'contact7@x');
    const parts = published(user, 'contact8@x');
    const second = parts.find(({ part }) => part !== first?.part);
    expect(parts).toHaveLength(2);
    expect(parts).toContainEqual({ part: first?.part, unsettled: false });
    expect(second?.unsettled).toBe(true);
    expect(user.tell({ kind: 'idle' })).toEqual([`save ${second!.part}`]);
    expect(user.effects[0]).toEqual({ kind: 'save', parts: [{ ...second, unsettled: false }] });
  });
});

describe('a damaged record is a value that says so, never an exception', () => {
  const { state } = eventful();
  const head = encodePart(state, 'head');

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['another format', '{"v":99}'],
    ['no contacts', '{"v":1,"r":{"c":1,"h":0}}'],
    ['a contact that is none', '{"v":1,"r":{"c":1,"h":0,"e":[{}]}}'],
    ['a state that does not exist', '{"v":1,"r":{"c":1,"h":0,"e":[["a@x",9,1,0]]}}'],
    ['a number of pages that cannot be', '{"v":1,"g":1,"p":3}'],
    ['a missing page', '{"v":1,"g":1,"p":2}'],
    ['a damaged policy', '{"v":1,"policy":7}'],
  ])('%s', (_, text) => {
    const read = decodeRecord(state.jid, text, noPages);
    expect(read).toEqual({ ok: false, problem: expect.any(String) as string });
  });

  test('cut off or overwritten anywhere', () => {
    fc.assert(
      fc.property(fc.nat(head.length), fc.string({ maxLength: 3 }), (at, text) => {
        const damaged = head.slice(0, at) + text + head.slice(at + text.length * 2);
        const read = decodeRecord(state.jid, damaged, noPages);
        expect(read.ok || read.problem.length > 0).toBe(true);
        expect(pagesOf(damaged)).toHaveProperty('ok');
      }),
    );
  });

  test('any value in the place of any other', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.jsonValue({ maxDepth: 1 }), (place, value) => {
        let index = 0;
        const text = JSON.stringify(parsed(head), (_, old: unknown) =>
          (index += 1) === place + 1 ? value : old,
        );
        expect(decodeRecord(state.jid, text, noPages)).toHaveProperty('ok');
      }),
    );
  });

  test('adopted, it degrades that user and keeps the sessions', () => {
    const user = eventful();
    const adopted = adoptRecord(user.state, { ok: false, problem: 'broken' });
    expect(adopted.degraded).toBe('broken');
    expect(adopted.sessions).toBe(user.state.sessions);
    expect(adopted.roster.count('listed')).toBe(0);
  });
});

describe('a record that somebody else has written meanwhile', () => {
  test('replaces what was in memory, and the sessions stay', () => {
    const user = eventful();
    const fresh = reread(withContacts(3).state);
    const adopted = adoptRecord({ ...user.state, dirty: new Set(['head']) }, fresh);
    expect([...adopted.roster.entries()].map(({ jid }) => jid)).toEqual([
      'contact0@x',
      'contact1@x',
      'contact2@x',
    ]);
    expect([adopted.sessions, adopted.dirty.size, adopted.lastPresence]).toEqual([
      user.state.sessions,
      0,
      undefined,
    ]);
  });

  test('is what a state without sessions is made of', () => {
    const { jid, exists, rules } = eventful().state;
    const state = adoptRecord(emptyState({ jid, exists, rules }), reread(eventful().state));
    expect(state.roster.count('listed')).toBe(3);
    expect(state.degraded).toBeUndefined();
  });
});

function parsed(text: string): object {
  return JSON.parse(text) as object;
}
