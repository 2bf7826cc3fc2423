import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { subscriptionStates } from '../subscription/state.ts';
import { blankContact, type ContactEntry } from './contact.ts';
import { Roster } from './roster.ts';

const tombstones = 64;

function contact(number: number, more: Partial<ContactEntry> = {}): ContactEntry {
  const jid = `contact${number}@x` as BareJid;
  return { ...blankContact(jid), listed: true, version: number, ...more };
}

function rosterOf(count: number, more: Partial<ContactEntry> = {}): Roster {
  const changes = Array.from({ length: count }, (_, index) => ({
    entry: contact(index + 1, more),
  }));
  return Roster.empty.with(changes, count, tombstones).roster;
}

describe('pages', () => {
  test('a small roster is one page, in the head', () => {
    const { roster, parts } = rosterOf(256).with([{ entry: contact(1) }], 257, tombstones);
    expect([roster.pages.length, parts]).toEqual([1, ['head']]);
  });

  test('a large one is cut into pages of bounded size, and loses nobody', () => {
    const roster = rosterOf(5_000, { state: 'Both' });
    expect(roster.pages.length).toBe(32);
    for (const { entries } of roster.pages) expect(entries.size).toBeLessThanOrEqual(256);
    expect(new Set(roster.list('subscribers')).size).toBe(5_000);
    for (let number = 1; number <= 5_000; number += 1) {
      expect(roster.get(`contact${number}@x` as BareJid)?.version).toBe(number);
    }
  });

  test('long names count as much as many contacts', () => {
    expect(rosterOf(400, { name: 'n'.repeat(1_000) }).pages.length).toBeGreaterThan(4);
  });

  test('a change copies one page and leaves the others as they are', () => {
    const before = rosterOf(5_000);
    const { roster, parts } = before.with(
      [{ entry: contact(7, { name: 'R' }) }],
      6_000,
      tombstones,
    );
    const copied = roster.pages.filter((page, index) => page !== before.pages[index]);
    expect([copied.length, parts.length]).toEqual([1, 1]);
    expect(roster.pages[parts[0] as number]).toBe(copied[0]);
    expect(before.get('contact7@x' as BareJid)?.name).toBeUndefined();
  });

  test('growing takes along what was removed before', () => {
    const removal = { entry: contact(1, { listed: false }), removedAt: 600 };
    const { roster: before } = rosterOf(256).with([removal], 600, tombstones);
    const many = [257, 258].map((number) => ({ entry: contact(number) }));
    const { roster } = before.with(many, 700, tombstones);
    expect(roster.pages.length).toBe(2);
    expect(roster.since(599)).toEqual([{ kind: 'removed', jid: 'contact1@x', version: 600 }]);
  });

  test('growing makes a new generation: all pages, and then the head that points to them', () => {
    const before = rosterOf(256);
    const { roster, parts } = before.with([{ entry: contact(257) }], 9_000, tombstones);
    expect(parts).toEqual([0, 1, 'head']);
    expect(roster.generation).toBe(9_000);
  });
});

describe('what is asked of all contacts', () => {
  test('is gathered once, as long as nothing changes', () => {
    const roster = rosterOf(2_000, { state: 'From' });
    expect(roster.crowd('subscribers')).toBe(roster.crowd('subscribers'));
    expect(roster.list('subscribers')).toHaveLength(2_000);
    expect(roster.crowd('subscriptions')).toEqual([]);
  });

  test('is gathered anew only in the page that changes', () => {
    const before = rosterOf(2_000, { state: 'From' });
    const { roster } = before.with([{ entry: contact(7, { state: 'None' }) }], 3_000, tombstones);
    const known = new Set(before.crowd('subscribers'));
    const parts = roster.crowd('subscribers');
    expect(parts.filter((part) => !known.has(part))).toHaveLength(1);
    expect(parts.flat()).toHaveLength(1_999);
    expect(parts.flat()).not.toContain('contact7@x');
  });

  test('follows changes', () => {
    const { roster } = rosterOf(3, { state: 'From' }).with(
      [{ entry: contact(2, { state: 'To' }) }],
      4,
      tombstones,
    );
    expect(roster.list('subscribers')).toEqual(['contact1@x', 'contact3@x']);
    expect(roster.list('subscriptions')).toEqual(['contact2@x']);
  });
});

describe('versions', () => {
  interface Shown {
    readonly version: number;
    readonly name: string | undefined;
  }

  const change = fc.record({ who: fc.nat(7), remove: fc.boolean(), keep: fc.boolean() });

  test('what changed since any version that is known makes that roster this one', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.nat(5), (changes, maxTombstones) => {
        let roster = Roster.empty.startingAt(100);
        const shownAt = new Map<number, ReadonlyMap<string, Shown>>([[100, new Map()]]);
        for (const { who, remove, keep } of changes) {
          const version = roster.clock + 1;
          // One that stays while it is not listed is a contact with a request or an outbox.
          const state = keep ? 'None + Pending In' : 'None';
          const was = roster.get(contact(who).jid)?.listed === true;
          const entry = contact(who, { state, listed: !remove, version, name: `v${version}` });
          const removed = remove && was ? { entry, removedAt: version } : { entry };
          ({ roster } = roster.with([removed], version, maxTombstones));
          shownAt.set(version, shown(roster));
        }
        for (const [version, before] of shownAt) {
          const deltas = roster.since(version);
          if (deltas === undefined) continue;
          const client = new Map(before);
          for (const delta of deltas) {
            if (delta.kind === 'removed') client.delete(delta.jid);
            else client.set(delta.entry.jid, shownOf(delta.entry));
          }
          expect(client).toEqual(shown(roster));
        }
        expect(roster.since(roster.clock)).toEqual([]);
        expect(roster.since(99)).toBeUndefined();
      }),
    );
  });

  function shown(roster: Roster): ReadonlyMap<string, Shown> {
    const listed = [...roster.entries()].filter((entry) => entry.listed);
    return new Map(listed.map((entry) => [entry.jid, shownOf(entry)]));
  }

  function shownOf({ version, name }: ContactEntry): Shown {
    return { version, name };
  }

  test('go on from a higher number, of which clients are told no change', () => {
    const roster = rosterOf(600).countingFrom(1_000);
    expect(roster.clock).toBe(1_000);
    expect(roster.since(600)).toEqual([]);
    expect(roster.countingFrom(900)).toBe(roster);
  });

  test('of a roster that was never counted begin there: those from before are of another', () => {
    const roster = Roster.empty.countingFrom(1_000);
    expect([roster.since(999), roster.since(1_000)]).toEqual([undefined, []]);
  });

  test('more changes than contacts are not told as changes', () => {
    const roster = rosterOf(600);
    expect(roster.since(0)).toHaveLength(600);
    const left = Array.from({ length: 590 }, (_, index) => {
      const entry = contact(index + 1, { listed: false });
      return { entry, removedAt: 1_000 + index };
    });
    expect(roster.with(left, 2_000, 1_000).roster.since(0)).toBeUndefined();
  });
});

test('all states are counted for what they are', () => {
  const changes = subscriptionStates.map((state, index) => ({ entry: contact(index, { state }) }));
  const { roster } = Roster.empty.with(changes, 9, tombstones);
  expect(roster.list('subscribers')).toHaveLength(3);
  expect(roster.list('subscriptions')).toHaveLength(3);
  expect([roster.count('pendingIn'), roster.count('pendingOut')]).toEqual([3, 3]);
});
