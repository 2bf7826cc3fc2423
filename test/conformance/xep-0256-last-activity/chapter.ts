// XEP-0256 and XEP-0115: what clients put into presence for each other, and servers carry.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import { befriend, follows } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';

const idle = `<query xmlns='jabber:iq:last' seconds='600'/>`;
const capabilities =
  `<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' ` +
  `node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>`;

export const chapter: Chapter = {
  title: 'Content of presence: last activity (XEP-0256), entity capabilities (XEP-0115)',
  rules: [
    rule(
      'XEP-0256 §1.1',
      'last activity in initial presence reaches the contacts',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.leaves();
        const home = await alice.comesOnline('home', `<presence>${idle}</presence>`);
        await bob.receives(`<presence from='${home.full}'>${idle}</presence>`);
      },
    ),
    rule(
      'XEP-0256 §1.2',
      'last activity in an away presence reaches contacts at once, and later logins with the time to reckon from',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence><show>away</show>${idle}</presence>`);
        await bob.receives(`<presence from='${alice.full}'><show>away</show>${idle}</presence>`);
        await bob.leaves();
        await bob.comesOnline('later');
        const presence = await bob.receives(
          `<presence from='${alice.full}'><show>away</show>${idle}</presence>`,
        );
        expect(child(presence, 'delay', 'urn:xmpp:delay')?.attrs['stamp']).toBeTruthy();
      },
    ),
    rule(
      'XEP-0115 §6.1',
      'entity capabilities pass untouched: broadcast, at login, to a probe',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        const presence = `<presence from='${alice.full}'>${capabilities}</presence>`;
        alice.sends(`<presence>${capabilities}</presence>`);
        await bob.receives(presence);
        bob.sends(`<presence type='probe' to='${alice.bare}'/>`);
        await bob.receives(presence);
        await bob.leaves();
        await bob.comesOnline('later');
        await bob.receives(presence);
      },
    ),
  ],
};
