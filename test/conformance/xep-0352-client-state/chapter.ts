// XEP-0352: clients nobody is looking at get less presence.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';
import { message, messageFrom } from '../conversation/stanzas.ts';

const inactive = `<inactive xmlns='urn:xmpp:csi:0'/>`;
const active = `<active xmlns='urn:xmpp:csi:0'/>`;

export const chapter: Chapter = {
  title: 'Client state indication (XEP-0352)',
  rules: [
    rule('XEP-0352 §4.1', 'the server says that it can', async ({ alice }) => {
      const home = await alice.logsIn();
      expect(child(home.client.features, 'csi', 'urn:xmpp:csi:0')).toBeDefined();
    }),
    rule(
      'XEP-0352 §4.2; XEP-0352 §5.1',
      'an inactive client gets the newest presence of each contact when it is active again, before anything it asks then',
      async ({ alice, bob, carol }) => {
        await befriend(alice, bob);
        await befriend(alice, carol);
        await bob.device.client.ping();
        alice.sends(inactive);
        await alice.device.client.ping();
        alice.device.forgets();
        for (const show of ['away', 'xa', 'dnd']) {
          bob.sends(`<presence><show>${show}</show></presence>`);
          carol.sends(`<presence><show>${show}</show></presence>`);
        }
        // So far no stanza has been sent to the inactive client that could make the server hurry.
        await Promise.all([bob.device.client.ping(), carol.device.client.ping()]);
        alice.sends(active);
        await alice.device.client.ping();
        await alice.conversation.settles();
        await alice.receives(`<presence from='${bob.full}'><show>dnd</show></presence>`);
        await alice.receives(`<presence from='${carol.full}'><show>dnd</show></presence>`);
        await alice.receivesNothing();
      },
    ),
    rule(
      'XEP-0352 §4.2',
      'an inactive client whose contact came and went is told that it is gone',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        alice.sends(inactive);
        await alice.device.client.ping();
        bob.sends('<presence><show>away</show></presence>');
        const { full } = bob;
        await bob.leaves();
        alice.sends(active);
        await alice.receives(`<presence type='unavailable' from='${full}'/>`);
        await alice.receivesNo(`<presence from='${full}'/>`);
      },
    ),
    rule(
      'XEP-0352 §4.2',
      'messages, requests and roster pushes come to an inactive client without delay',
      async ({ alice, bob, carol }) => {
        await online(alice, bob);
        const phone = await alice.comesOnline('phone');
        await alice.conversation.quiets();
        alice.sends(inactive);
        bob.sends(message(alice.full, 'wake up'));
        await alice.receives(messageFrom(bob.full, 'wake up'));
        bob.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='subscribe' from='${bob.bare}'/>`);
        await phone.sets(`<query xmlns='jabber:iq:roster'><item jid='${carol.bare}'/></query>`);
        await alice.receivesPush(carol.bare);
      },
    ),
    rule(
      'XEP-0352 §4.2; XEP-0352 §7',
      'nobody is told that a client is inactive',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        alice.sends(inactive);
        await alice.device.client.ping();
        alice.sends(active);
        await bob.receivesNothing();
        await alice.receivesNothing();
      },
    ),
    rule('XEP-0352 §4.2', 'every stream begins as active', async ({ alice, bob }) => {
      await befriend(alice, bob);
      alice.sends(inactive);
      await alice.leaves();
      await alice.comesOnline('later');
      await alice.conversation.quiets();
      bob.sends('<presence><show>away</show></presence>');
      await alice.receives(`<presence from='${bob.full}'><show>away</show></presence>`);
    }),
  ],
};
