// RFC 6121 §2.1 to §2.5: the roster as a list that its user keeps.

import { child, children, text } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const rosterItems: readonly Rule[] = [
  rule(
    'RFC 6121 §2.2; RFC 6121 §2.1.3; RFC 3921 §7.3',
    'a new user has an empty roster, and a result says so',
    async ({ alice }) => {
      const home = await alice.logsIn();
      expect(await home.getsRoster()).toEqual([]);
    },
  ),
  rule(
    'RFC 6121 §2.3.2; RFC 3921 §7.4; RFC 3921 §7.1',
    'an item that is added is pushed, with name and groups and no subscription, and is there at the next login',
    async ({ alice, bob }) => {
      await online(alice);
      await alice.sets(
        roster(
          `<item jid='${bob.bare}' name='Bob'><group>Friends</group><group>Work</group></item>`,
        ),
      );
      const pushed = await alice.receivesPush(bob.bare, { name: 'Bob', subscription: 'none' });
      expect(groups(pushed)).toEqual(['Friends', 'Work']);
      await alice.leaves();
      await alice.comesOnline('later');
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs).toMatchObject({ name: 'Bob', subscription: 'none' });
      expect(item && groups(item)).toEqual(['Friends', 'Work']);
    },
  ),
  rule(
    'RFC 6121 §2.1.6; RFC 6121 §2.3.2; RFC 3921 §7.2; RFC 3921 §7.4',
    'a change is pushed to every interested resource, available or not, and to no other',
    async ({ alice, bob, conversation }) => {
      await online(alice);
      const unavailable = await alice.logsIn('unavailable');
      await unavailable.getsRoster();
      const uninterested = await alice.logsIn('uninterested');
      uninterested.sends('<presence/>');
      await conversation.quiets();
      await alice.sets(roster(`<item jid='${bob.bare}'/>`));
      await alice.receivesPush(bob.bare);
      await unavailable.receivesPush(bob.bare);
      await uninterested.receivesNo(`<iq type='set'/>`);
    },
  ),
  rule(
    'RFC 6121 §2.1.6; RFC 3921 §7.2',
    'a push is an iq-set from the account itself or from nobody, with an id and one item',
    async ({ alice, bob }) => {
      await online(alice);
      await alice.sets(roster(`<item jid='${bob.bare}'/>`));
      const push = await alice.receives(`<iq type='set'><query xmlns='jabber:iq:roster'/></iq>`);
      expect([undefined, alice.bare]).toContain(push.attrs['from']);
      expect(push.attrs['id']).toBeTruthy();
      const query = child(push, 'query');
      expect(query && children(query, 'item')).toHaveLength(1);
    },
  ),
  rule('RFC 6121 §2.4; RFC 3921 §7.5', 'a set replaces name and groups', async ({ alice, bob }) => {
    await online(alice);
    await alice.sets(roster(`<item jid='${bob.bare}' name='Bob'><group>Friends</group></item>`));
    await alice.sets(roster(`<item jid='${bob.bare}' name='Robert'><group>Family</group></item>`));
    const pushed = await alice.receivesPush(bob.bare, { name: 'Robert' });
    expect(groups(pushed)).toEqual(['Family']);
    await alice.sets(roster(`<item jid='${bob.bare}'/>`));
    const bare = await alice.rosterItem(bob.bare);
    expect(bare?.attrs['name'] ?? '').toBe('');
    expect(bare && groups(bare)).toEqual([]);
  }),
  rule(
    'RFC 6121 §2.4; RFC 3921 §7.5',
    'to change name and groups leaves the subscription alone',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      await alice.sets(roster(`<item jid='${bob.bare}' name='Bob'><group>Friends</group></item>`));
      await alice.receivesPush(bob.bare, { name: 'Bob', subscription: 'both' });
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.1.2.5; RFC 6121 §2.1.2.1; RFC 6121 §2.3.1; RFC 3921 §7.4',
    'what a client says of subscription, ask or approval in a set is ignored',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.asks(
        'set',
        roster(`<item jid='${bob.bare}' subscription='both' ask='subscribe' approved='true'/>`),
      );
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs['subscription'] ?? 'none').toBe('none');
      expect(item?.attrs['ask']).toBeUndefined();
      expect(item?.attrs['approved'] ?? 'false').toBe('false');
    },
  ),
  rule(
    'RFC 6121 §2.1.2.3',
    'the JID of an item is prepared before it is kept',
    async ({ alice, bob }) => {
      await online(alice);
      await alice.sets(roster(`<item jid='${bob.bare.toUpperCase()}'/>`));
      await alice.receivesPush(bob.bare);
      expect(await alice.rosterItem(bob.bare)).toBeDefined();
    },
  ),
  rule('RFC 6121 §2.1.2.4', 'a name keeps its characters', async ({ alice, bob }) => {
    await online(alice);
    await alice.sets(
      roster(`<item jid='${bob.bare}' name='B&amp;b &lt;&quot;&apos;žluť&#x1F600;'/>`),
    );
    expect((await alice.rosterItem(bob.bare))?.attrs['name']).toBe(`B&b <"'žluť\u{1F600}`);
  }),
  rule(
    'RFC 6121 §2.5.2; RFC 3921 §7.6',
    'an item that is removed is pushed as removed to every interested resource, and is gone',
    async ({ alice, bob, conversation }) => {
      await online(alice);
      const phone = await alice.comesOnline('phone');
      await alice.sets(roster(`<item jid='${bob.bare}'/>`));
      await conversation.quiets();
      await alice.sets(roster(`<item jid='${bob.bare}' subscription='remove'/>`));
      await alice.receivesPush(bob.bare, { subscription: 'remove' });
      await phone.receivesPush(bob.bare, { subscription: 'remove' });
      expect(await alice.rosterItem(bob.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §2.5.3; RFC 3921 §7.6',
    'an item that is not there cannot be removed: item-not-found',
    async ({ alice, bob }) => {
      await online(alice);
      await alice.isRefused('set', roster(`<item jid='${bob.bare}' subscription='remove'/>`), [
        'item-not-found',
      ]);
    },
  ),
  rule(
    'RFC 6121 §2.1.6; RFC 6120 §10.1',
    'changes are pushed in the order in which they were made',
    async ({ alice, bob, carol, dave }) => {
      await online(alice);
      const sets = [bob, carol, dave, bob].map(
        ({ bare }, index) =>
          `<iq type='set' id='set-${index}'>${roster(`<item jid='${bare}' name='${index}'/>`)}</iq>`,
      );
      alice.sends(sets.join(''));
      const pushes = await pushedItems(alice, 4);
      expect(pushes.map((item) => [item.attrs['jid'], item.attrs['name']])).toEqual([
        [bob.bare, '0'],
        [carol.bare, '1'],
        [dave.bare, '2'],
        [bob.bare, '3'],
      ]);
    },
  ),
  rule(
    'RFC 6121 §2.1.6',
    'a push that is not answered, or answered with an error, holds up nothing',
    async ({ alice, bob, carol }) => {
      await online(alice);
      await alice.sets(roster(`<item jid='${bob.bare}'/>`));
      const push = await alice.receives(`<iq type='set'><query xmlns='jabber:iq:roster'/></iq>`);
      await alice.sets(roster(`<item jid='${carol.bare}'/>`));
      await alice.receives(`<iq type='set'><query xmlns='jabber:iq:roster'/></iq>`);
      alice.sends(
        `<iq type='error' id='${push.attrs['id'] ?? ''}'><error type='cancel'>` +
          `<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      await alice.sets(roster(`<item jid='${bob.bare}' name='Bob'/>`));
      await alice.receivesPush(bob.bare, { name: 'Bob' });
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 3921 §7.2; RFC 6121 §2.1.1',
    "the roster is the server's to keep: it survives a restart, subscriptions and all",
    async ({ alice, bob, server }) => {
      await befriend(alice, bob);
      await alice.sets(roster(`<item jid='${bob.bare}' name='Bob'><group>Friends</group></item>`));
      await server.restart();
      await alice.comesOnline();
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs).toMatchObject({ name: 'Bob', subscription: 'both' });
      expect(item && groups(item)).toEqual(['Friends']);
    },
  ),
];

export function roster(items: string): string {
  return `<query xmlns='jabber:iq:roster'>${items}</query>`;
}

function groups(item: XmlElement): readonly string[] {
  return children(item, 'group').map(text).sort();
}

async function pushedItems(person: Person, count: number): Promise<readonly XmlElement[]> {
  const items: XmlElement[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    const push = await person.receives(`<iq type='set'><query xmlns='jabber:iq:roster'/></iq>`);
    const query = child(push, 'query');
    items.push(...(query ? children(query, 'item') : []));
  }
  return items;
}
