// RFC 6121 §3.4: approving a request that has not been made yet.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import { hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const preApproval: readonly Rule[] = [
  rule('RFC 6121 §3.4', 'the server says that it can', async ({ alice }) => {
    const home = await alice.logsIn();
    expect(child(home.client.features, 'sub', 'urn:xmpp:features:pre-approval')).toBeDefined();
  }),
  rule(
    'RFC 6121 §3.4.2; RFC 6121 §A.2.3',
    'a pre-approval is pushed as approved, and the other party is not told',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none', approved: 'true' });
      await hearsNo('subscribed', alice, bob);
      expect(await alice.rosterItem(bob.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §3.4.2',
    'a pre-approval stands in the roster at the next login',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { approved: 'true' });
      await bob.leaves();
      await bob.comesOnline();
      expect((await bob.rosterItem(alice.bare))?.attrs).toMatchObject({ approved: 'true' });
    },
  ),
  rule(
    'RFC 6121 §3.4.2; RFC 6121 §3.1.3',
    'a request that was pre-approved is approved by the server, without asking',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.receivesInOrder(
        `<presence type='subscribed' from='${bob.bare}'/>`,
        `<presence from='${bob.full}'/>`,
      );
      await alice.receivesPush(bob.bare, { subscription: 'to' });
      await bob.receivesPush(alice.bare, { subscription: 'from' });
      await bob.receivesNo(`<presence type='subscribe'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.4.2',
    'a request that was pre-approved is approved while the contact is offline',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await bob.leaves();
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'to' });
      await bob.comesOnline();
      await bob.receivesNo(`<presence type='subscribe'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.4.2; RFC 6121 §A.2.4',
    'a pre-approval may be taken back, and the other party is not told',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await bob.conversation.quiets();
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      const item = await bob.receivesPush(alice.bare);
      expect(item.attrs['approved'] ?? 'false').toBe('false');
      await hearsNo('unsubscribed', alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.4.2',
    'to approve a request that is there is no pre-approval',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
      expect((await bob.rosterItem(alice.bare))?.attrs).toMatchObject({ subscription: 'from' });
    },
  ),
  rule(
    'RFC 6121 §4.3.2; RFC 6121 §3.4',
    'a probe of one who is pre-approved but never asked reveals nothing, and the pre-approval stays',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await bob.receivesPush(alice.bare, { subscription: 'none' });
      await bob.conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesNo((stanza) => stanza.attrs['from'] === bob.full);
      expect((await bob.rosterItem(alice.bare))?.attrs).toMatchObject({ approved: 'true' });
    },
  ),
];
