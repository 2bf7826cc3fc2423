// RFC 6121 §4.2: the first presence of a session, whom it tells and what it brings.

import { expect } from 'vitest';
import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const initialPresence: readonly Rule[] = [
  rule(
    'RFC 6121 §4.2.2; RFC 3921 §5.1.1',
    'initial presence goes to every contact with a subscription from the user',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      await follows(carol, alice);
      await alice.leaves();
      await bob.receives(`<presence type='unavailable'/>`);
      await carol.receives(`<presence type='unavailable'/>`);

      const home = await alice.comesOnline('home', '<presence><status>back</status></presence>');
      await bob.receivesOnly(`<presence from='${home.full}'><status>back</status></presence>`);
      await carol.receivesOnly(`<presence from='${home.full}'><status>back</status></presence>`);
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 3921 §5.1.1',
    'initial presence goes to nobody without a subscription from the user',
    async ({ alice, bob, carol }) => {
      await online(carol);
      await follows(alice, bob);
      await alice.leaves();
      await alice.comesOnline();
      await bob.receivesNothing();
      await carol.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 3921 §5.1.1',
    "initial presence goes to all of the user's available resources, the new one among them",
    async ({ alice, conversation }) => {
      const phone = await alice.comesOnline('phone');
      await conversation.quiets();
      const home = await alice.comesOnline('home', '<presence><show>chat</show></presence>');
      await phone.receivesOnly(`<presence from='${home.full}'><show>chat</show></presence>`);
      await home.receives(`<presence from='${home.full}'><show>chat</show></presence>`);
    },
  ),
  rule(
    'RFC 6121 §4.2.2',
    "the new resource is told of the user's other available resources",
    async ({ alice, conversation }) => {
      const phone = await alice.comesOnline('phone', '<presence><show>xa</show></presence>');
      await conversation.quiets();
      const home = await alice.comesOnline('home');
      await home.receivesOnly(`<presence from='${phone.full}'><show>xa</show></presence>`);
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 6121 §4.3.1; RFC 3921 §5.1.1; RFC 3921 §5.1.3',
    'those the user is subscribed to are probed: the presence of each of their resources comes',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await alice.leaves();
      bob.sends('<presence><show>away</show><status>lunch</status></presence>');
      const phone = await bob.comesOnline('phone', '<presence><priority>5</priority></presence>');

      const home = await alice.comesOnline();
      await home.receives(
        `<presence from='${bob.full}'><show>away</show><status>lunch</status></presence>`,
      );
      await home.receives(`<presence from='${phone.full}'><priority>5</priority></presence>`);
      await home.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 6121 §4.3.1; RFC 3921 §5.1.3',
    'those the user is not subscribed to are not probed',
    async ({ alice, bob }) => {
      await follows(bob, alice);
      await alice.leaves();
      await alice.comesOnline();
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.3.2; RFC 3921 §5.1.3',
    'an offline contact is silent at login, or unavailable',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await bob.leaves();
      await alice.leaves();
      await alice.comesOnline();
      await alice.receivesNo(
        (stanza) =>
          stanza.name === 'presence' &&
          stanza.attrs['type'] !== 'unavailable' &&
          stanza.attrs['from'] !== alice.full,
      );
    },
  ),
  rule(
    'RFC 6121 §4.2.2',
    'what the probes of one resource bring is not for the others',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const phone = await alice.comesOnline('phone');
      await phone.receives(`<presence from='${bob.full}'/>`);
      await alice.receivesNo(`<presence from='${bob.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.2.1; RFC 3921 §5.1.1',
    'before initial presence nobody is told, and nothing is heard',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      await alice.leaves();
      await bob.receives(`<presence type='unavailable'/>`);

      const home = await alice.logsIn();
      await home.getsRoster();
      bob.sends('<presence><show>dnd</show></presence>');
      await home.receivesNothing();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.2',
    'two who come online at the same moment see each other, and once',
    async ({ alice, bob, conversation }) => {
      await befriend(alice, bob);
      await alice.leaves();
      await bob.leaves();
      const home = await alice.logsIn();
      const office = await bob.logsIn('office');
      home.sends('<presence/>');
      office.sends('<presence/>');

      await home.receives(`<presence from='${office.full}'/>`);
      await office.receives(`<presence from='${home.full}'/>`);
      await conversation.settles();
      await home.receivesNo(`<presence from='${office.full}'/>`);
      await office.receivesNo(`<presence from='${home.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 3921 §5.1.1',
    'initial presence needs no roster request',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      await alice.leaves();
      await bob.receives(`<presence type='unavailable'/>`);
      const home = await alice.logsIn();
      home.sends('<presence/>');
      await bob.receives(`<presence from='${home.full}'/>`);
      const presence = await home.receives(`<presence from='${bob.full}'/>`);
      expect(presence.attrs['to']).toMatch(new RegExp(`^${alice.bare}`));
    },
  ),
];
