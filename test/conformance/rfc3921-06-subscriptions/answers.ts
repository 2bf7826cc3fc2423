// RFC 6121 §3.1.4 to §3.1.6: what becomes of a request that is answered.

import { expect } from 'vitest';
import { hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const subscriptionAnswers: readonly Rule[] = [
  rule(
    'RFC 6121 §3.1.5; RFC 6121 §3.1.6; RFC 3921 §6.2; RFC 3921 §5.1.6',
    'an approval arrives from the bare JID, then the presence of each available resource, and both rosters are pushed',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone', '<presence><status>mobile</status></presence>');
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await conversation.quiets();

      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'from' });
      const item = await alice.receivesPush(bob.bare, { subscription: 'to' });
      expect(item.attrs['ask']).toBeUndefined();
      await alice.receivesInOrder(
        `<presence type='subscribed' from='${bob.bare}'/>`,
        `<presence from='${phone.full}'><status>mobile</status></presence>`,
      );
      await alice.receives(`<presence from='${bob.full}'/>`);
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §3.1.6; RFC 3921 §8.2',
    'an approval is pushed to all of the interested resources on both sides',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const alicesPhone = await alice.comesOnline('phone');
      const bobsPhone = await bob.comesOnline('phone');
      await conversation.quiets();
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      bobsPhone.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'from' });
      await bobsPhone.receivesPush(alice.bare, { subscription: 'from' });
      await alice.receivesPush(bob.bare, { subscription: 'to' });
      await alicesPhone.receivesPush(bob.bare, { subscription: 'to' });
    },
  ),
  rule(
    'RFC 6121 §3.1.5; RFC 3921 §6.2',
    'an approval to a full JID is one to the bare JID',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      bob.sends(`<presence type='subscribed' to='${alice.full}'/>`);
      await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'from' });
    },
  ),
  rule(
    'RFC 6121 §3.1.4; RFC 6121 §3.2.3; RFC 3921 §6.2',
    'a denial arrives, and leaves the user without subscription and the contact without an item',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await alice.conversation.quiets();
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      const item = await alice.receivesPush(bob.bare, { subscription: 'none' });
      expect(item.attrs['ask']).toBeUndefined();
      expect(await bob.rosterItem(alice.bare)).toBeUndefined();
      await alice.receivesNo((stanza) => stanza.attrs['from'] === bob.full);
    },
  ),
  rule(
    'RFC 6121 §3.1.4; RFC 3921 §6.2',
    'to decline a request leaves an item that was in the roster where it is',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await bob.sets(
        `<query xmlns='jabber:iq:roster'><item jid='${alice.bare}' name='Alice'><group>Known</group></item></query>`,
      );
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      const item = await bob.rosterItem(alice.bare);
      expect(item?.attrs).toMatchObject({ name: 'Alice', subscription: 'none' });
      expect(item?.children).toHaveLength(1);
    },
  ),
  rule(
    'RFC 6121 §A.2.3; RFC 3921 §9.2',
    'an approval that nobody asked for is not routed',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await hearsNo('subscribed', alice, bob);
      await alice.receivesNo(
        (stanza) => stanza.attrs['from'] === bob.full && stanza.name === 'presence',
      );
      expect(await alice.rosterItem(bob.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §A.2.4; RFC 3921 §9.2',
    'a denial of what nobody asked for is not routed',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await hearsNo('unsubscribed', alice, bob);
      expect(await alice.rosterItem(bob.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 3921 §9.4',
    'an approval that was given while the user was offline is told at the next login',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await alice.leaves();
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'from' });
      await bob.conversation.settles();

      await alice.comesOnline();
      await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      expect((await alice.rosterItem(bob.bare))?.attrs).toMatchObject({ subscription: 'to' });

      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.leaves();
      await alice.comesOnline();
      await alice.receivesNo(`<presence type='subscribed'/>`);
    },
  ),
  rule(
    'RFC 3921 §9.4',
    'a denial that was given while the user was offline is told at the next login',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await alice.leaves();
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await bob.conversation.settles();
      await alice.comesOnline();
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs).toMatchObject({ subscription: 'none' });
      expect(item?.attrs['ask']).toBeUndefined();
    },
  ),
];
