// RFC 6121 §4.6: presence with an address.

import { errorCondition } from '../conversation/device.ts';
import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const directedPresence: readonly Rule[] = [
  rule(
    'RFC 6121 §4.6.3; RFC 6121 §8.5.3.1; RFC 3921 §5.1.4',
    'presence to a full JID is delivered to that resource alone',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      await bob.comesOnline('phone');
      await conversation.quiets();
      const [home, phone] = bob.devices;
      alice.sends(`<presence to='${phone?.full ?? ''}'><status>for you</status></presence>`);
      await phone?.receivesOnly(
        `<presence from='${alice.full}'><status>for you</status></presence>`,
      );
      await home?.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 6121 §8.5.2.1.2; RFC 3921 §5.1.4',
    'presence to a bare JID is delivered to all available resources',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      await bob.comesOnline('phone');
      const silent = await bob.logsIn('silent');
      await conversation.quiets();
      const [home, phone] = bob.devices;
      alice.sends(`<presence to='${bob.bare}'><show>chat</show></presence>`);
      const presence = `<presence from='${alice.full}'><show>chat</show></presence>`;
      await home?.receivesOnly(presence);
      await phone?.receivesOnly(presence);
      await silent.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'who had directed presence has no part in later broadcasts of available presence',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.full}'/>`);
      await bob.receives(`<presence from='${alice.full}'/>`);
      alice.sends('<presence><show>away</show></presence>');
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 6121 §4.5.2; RFC 3921 §5.1.4',
    'who had directed presence is told when the resource becomes unavailable',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.full}'/>`);
      await bob.receives(`<presence from='${alice.full}'/>`);
      const { full } = alice;
      await alice.device.leaves(`<presence type='unavailable'><status>bye</status></presence>`);
      await bob.receivesOnly(
        `<presence type='unavailable' from='${full}'><status>bye</status></presence>`,
      );
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'who had directed presence is told when the connection breaks',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.bare}'/>`);
      const { full } = alice;
      await bob.receives(`<presence from='${full}'/>`);
      await alice.device.vanishes();
      await bob.receives(`<presence type='unavailable' from='${full}'/>`);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'who has had directed unavailable presence is not told again',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.full}'/>`);
      await bob.receives(`<presence from='${alice.full}'/>`);
      alice.sends(`<presence type='unavailable' to='${bob.full}'/>`);
      await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
      await alice.leaves();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'a resource that had directed presence by its own name and as one of its user is told once that it ends',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone');
      alice.sends(`<presence to='${bob.full}'/><presence to='${bob.bare}'/>`);
      await conversation.quiets();
      const { full } = alice;
      await alice.leaves();
      await bob.receivesOnly(`<presence type='unavailable' from='${full}'/>`);
      await phone.receivesOnly(`<presence type='unavailable' from='${full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 6121 §8.5.2.1.2; RFC 3921 §11.1',
    'unavailable presence to a bare JID is delivered to all available resources',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone');
      alice.sends(`<presence to='${bob.bare}'/>`);
      await conversation.quiets();
      alice.sends(`<presence type='unavailable' to='${bob.bare}'><status>bye</status></presence>`);
      for (const device of [bob.device, phone]) {
        await device.receivesOnly(
          `<presence type='unavailable' from='${alice.full}'><status>bye</status></presence>`,
        );
      }
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'a contact with a subscription hears directed presence, goes on hearing broadcasts, and hears unavailable once',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      await befriend(alice, carol);
      alice.sends(`<presence to='${bob.bare}'><status>only bob</status></presence>`);
      await bob.receivesOnly(`<presence from='${alice.full}'><status>only bob</status></presence>`);
      await carol.receivesNothing();

      alice.sends('<presence><status>all</status></presence>');
      await bob.receivesOnly(`<presence from='${alice.full}'><status>all</status></presence>`);
      const { full } = alice;
      await alice.leaves();
      await bob.receivesOnly(`<presence type='unavailable' from='${full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'a resource that never sent initial presence may direct presence, and is taken back when it goes',
    async ({ alice, bob }) => {
      await online(bob);
      const hidden = await alice.logsIn('hidden');
      hidden.sends(`<presence to='${bob.full}'/>`);
      await bob.receives(`<presence from='${hidden.full}'/>`);
      await hidden.client.close();
      await bob.receives(`<presence type='unavailable' from='${hidden.full}'/>`);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §5.1.4',
    'after unavailable presence was broadcast, who had directed presence before it has been told and is forgotten',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.full}'/>`);
      alice.sends(`<presence type='unavailable'/>`);
      await bob.receivesInOrder(
        `<presence from='${alice.full}'/>`,
        `<presence type='unavailable' from='${alice.full}'/>`,
      );
      await alice.device.client.close();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3; RFC 3921 §2.2.2',
    'directed presence is held to the same syntax: a show that is not defined is refused and not delivered',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.full}'><show>busy</show></presence>`);
      await alice.receives((stanza) => errorCondition(stanza) === 'bad-request');
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.6.3',
    'directed presence makes no subscription and no roster item',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${bob.bare}'/>`);
      await bob.receives(`<presence from='${alice.full}'/>`);
      await conversation.settles();
      const items = await Promise.all([alice.rosterItem(bob.bare), bob.rosterItem(alice.bare)]);
      if (items.some((item) => item !== undefined)) throw new Error('there is a roster item');
    },
  ),
];
