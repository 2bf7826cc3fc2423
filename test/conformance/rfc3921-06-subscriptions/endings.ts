// RFC 6121 §3.2 and §3.3: ending a subscription, from either side.

import { expect } from 'vitest';
import { befriend, follows, hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const subscriptionEndings: readonly Rule[] = [
  rule(
    'RFC 6121 §3.2.2; RFC 6121 §3.2.3; RFC 3921 §6.3',
    'a cancellation arrives from the bare JID with unavailable presence of each resource, and both rosters are pushed',
    async ({ alice, bob, conversation }) => {
      await follows(alice, bob);
      const phone = await bob.comesOnline('phone');
      await alice.receives(`<presence from='${phone.full}'/>`);
      await conversation.quiets();

      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.receives(`<presence type='unavailable' from='${phone.full}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §3.2.2; RFC 3921 §6.3',
    'after a cancellation the user hears of the contact no more, by broadcast or probe',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.conversation.quiets();
      bob.sends('<presence><show>away</show></presence>');
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesNo(
        (stanza) => stanza.name === 'presence' && stanza.attrs['from'] === bob.full,
      );
    },
  ),
  rule(
    'RFC 6121 §3.2.3; RFC 3921 §9.4',
    'a cancellation while the user was offline is told at the next login',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await alice.leaves();
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await bob.conversation.settles();
      await alice.comesOnline();
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      expect((await alice.rosterItem(bob.bare))?.attrs).toMatchObject({ subscription: 'none' });
      await alice.receivesNo(`<presence from='${bob.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.2.2',
    'a cancellation to a full JID is one to the bare JID',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      bob.sends(`<presence type='unsubscribed' to='${alice.full}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
    },
  ),
  rule(
    'RFC 6121 §3.3.2; RFC 6121 §3.3.3; RFC 3921 §6.4',
    'to unsubscribe is told to the contact, ends in unavailable presence, and both rosters are pushed',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.receivesNo(`<presence type='unsubscribed'/>`);
      bob.sends('<presence><show>away</show></presence>');
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §3.3.2',
    'to unsubscribe from a full JID is to do so from the bare JID',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      alice.sends(`<presence type='unsubscribe' to='${bob.full}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.3.3; RFC 3921 §9.4',
    'that a user unsubscribed while the contact was offline is told at the next login',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await bob.leaves();
      alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await alice.conversation.settles();
      await bob.comesOnline();
      await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
      expect((await bob.rosterItem(alice.bare))?.attrs).toMatchObject({ subscription: 'none' });
    },
  ),
  rule(
    'RFC 6121 §A.3.2; RFC 3921 §9.3',
    'to unsubscribe from one who was not followed is not told',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
      await hearsNo('unsubscribe', bob, alice);
      expect(await bob.rosterItem(alice.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §3.2.2; RFC 6121 §3.3.2',
    'the other direction of a mutual subscription stays as it is',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'from' });
      await bob.receivesPush(alice.bare, { subscription: 'to' });
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.conversation.quiets();
      alice.sends('<presence><show>away</show></presence>');
      await bob.receivesOnly(`<presence from='${alice.full}'><show>away</show></presence>`);
    },
  ),
];
