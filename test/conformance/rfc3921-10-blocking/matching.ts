// RFC 3921 §10.1 and §10.2: which list and which item decides.

import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { message, messageFrom } from '../conversation/stanzas.ts';
import { active, applies, byDefault, item, list } from './lists.ts';

export const listMatching: readonly Rule[] = [
  rule(
    'RFC 3921 §10.1',
    'a full JID stands for that resource alone, a bare JID for all, a domain for all of its users',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone');
      await applies(alice, item('deny', 1, `type='jid' value='${phone.full}'`, '<message/>'));
      phone.sends(message(alice.bare, 'one'));
      bob.sends(message(alice.bare, 'two'));
      await alice.receivesOnly(messageFrom(bob.full, 'two'));
      for (const value of [bob.bare, alice.conversation.server.domain]) {
        await applies(alice, item('deny', 1, `type='jid' value='${value}'`, '<message/>'));
        phone.sends(message(alice.bare, 'three'));
        bob.sends(message(alice.bare, 'four'));
        await alice.receivesNothing();
      }
    },
  ),
  rule(
    'RFC 3921 §10.2',
    'items are tried by their order, not by their place, and the first that matches decides',
    async ({ alice, bob, carol }) => {
      await online(alice, bob, carol);
      await applies(
        alice,
        item('deny', 20, '', '<message/>'),
        item('allow', 10, `type='jid' value='${bob.bare}'`, '<message/>'),
        item('deny', 15, `type='jid' value='${bob.bare}'`, '<message/>'),
      );
      carol.sends(message(alice.bare, 'from carol'));
      bob.sends(message(alice.bare, 'from bob'));
      await alice.receivesOnly(messageFrom(bob.full, 'from bob'));
    },
  ),
  rule('RFC 3921 §10.2', 'what no item matches is allowed', async ({ alice, bob, carol }) => {
    await online(alice, bob, carol);
    await applies(alice, item('deny', 1, `type='jid' value='${carol.bare}'`));
    bob.sends(message(alice.bare, 'hello'));
    await alice.receivesOnly(messageFrom(bob.full, 'hello'));
  }),
  rule(
    'RFC 3921 §10.2',
    'the active list counts for its session alone, and there the default list does not',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const phone = await alice.comesOnline('phone');
      await alice.sets(list('closed', item('deny', 1, '', '<message/>')));
      await alice.sets(list('open', item('allow', 1)));
      await alice.sets(active('open'));
      await alice.sets(byDefault('closed'));
      await alice.conversation.quiets();
      const [home] = alice.devices;
      bob.sends(message(home?.full ?? '', 'to the open one'));
      bob.sends(message(phone.full, 'to the closed one'));
      await home?.receivesOnly(messageFrom(bob.full, 'to the open one'));
      await phone.receivesNothing();
    },
  ),
  rule('RFC 3921 §10.2', 'the active list goes with its session', async ({ alice, bob }) => {
    await online(alice, bob);
    await applies(alice, item('deny', 1, '', '<message/>'));
    await alice.leaves();
    await alice.comesOnline();
    await alice.conversation.quiets();
    bob.sends(message(alice.bare, 'hello'));
    await alice.receivesOnly(messageFrom(bob.full, 'hello'));
  }),
  rule(
    'RFC 3921 §10.2',
    'the default list counts while the user is offline',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.sets(list('closed', item('deny', 1, `type='jid' value='${bob.bare}'`)));
      await alice.sets(byDefault('closed'));
      await alice.leaves();
      bob.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
      await bob.conversation.settles();
      await alice.comesOnline();
      await alice.receivesNo(`<presence type='subscribe'/>`);
    },
  ),
  rule(
    'RFC 3921 §10.2',
    'a contact that changes its group falls under other items at once',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const roster = (group: string) =>
        `<query xmlns='jabber:iq:roster'><item jid='${bob.bare}'><group>${group}</group></item></query>`;
      await alice.sets(roster('Enemies'));
      await applies(alice, item('deny', 1, `type='group' value='Enemies'`, '<message/>'));
      bob.sends(message(alice.bare, 'as an enemy'));
      await alice.receivesNothing();
      await alice.sets(roster('Friends'));
      await alice.conversation.quiets();
      bob.sends(message(alice.bare, 'as a friend'));
      await alice.receivesOnly(messageFrom(bob.full, 'as a friend'));
    },
  ),
  rule(
    'RFC 3921 §10.2',
    'a contact whose subscription changes falls under other items at once',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await applies(alice, item('deny', 1, `type='subscription' value='to'`, '<message/>'));
      bob.sends(message(alice.bare, 'followed'));
      await alice.receivesNothing();
      alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.conversation.quiets();
      bob.sends(message(alice.bare, 'not followed'));
      await alice.receivesOnly(messageFrom(bob.full, 'not followed'));
    },
  ),
  rule(
    'RFC 3921 §10.1; XEP-0016 §2.1',
    "the user's own resources are never blocked from each other",
    async ({ alice, conversation }) => {
      await online(alice);
      const phone = await alice.comesOnline('phone');
      await applies(alice, item('deny', 1));
      phone.sends(message(alice.full, 'to myself'));
      await alice.receives(messageFrom(phone.full, 'to myself'));
      phone.sends('<presence><show>away</show></presence>');
      await alice.receives(`<presence from='${phone.full}'><show>away</show></presence>`);
      await conversation.quiets();
    },
  ),
  rule(
    'RFC 3921 §10.15; RFC 3921 §10.1',
    'the subscription none stands for everybody who is not in the roster',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      await online(carol);
      await applies(alice, item('deny', 1, `type='subscription' value='none'`));
      carol.sends(message(alice.bare, 'from a stranger'));
      bob.sends(message(alice.bare, 'from a friend'));
      await alice.receivesOnly(messageFrom(bob.full, 'from a friend'));
    },
  ),
];
