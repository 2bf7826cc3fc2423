// RFC 6121 §3.1: asking for a subscription.

import { expect } from 'vitest';
import { befriend, follows, hasHeardAll, hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const subscriptionRequests: readonly Rule[] = [
  rule(
    'RFC 6121 §3.1.2; RFC 6121 §3.1.3; RFC 3921 §6.1; RFC 3921 §5.1.6',
    'a request arrives from the bare JID of the user, and with all that it holds',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(
        `<presence type='subscribe' to='${bob.bare}'><status>It is me</status>` +
          `<nick xmlns='http://jabber.org/protocol/nick'>Alice</nick></presence>`,
      );
      await bob.receivesOnly(
        `<presence type='subscribe' from='${alice.bare}'><status>It is me</status>` +
          `<nick xmlns='http://jabber.org/protocol/nick'>Alice</nick></presence>`,
      );
    },
  ),
  rule(
    'RFC 6121 §3.1.2; RFC 3921 §6.1',
    'a request to a full JID is one to the bare JID',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone');
      await conversation.quiets();
      alice.sends(`<presence type='subscribe' to='${phone.full}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none', ask: 'subscribe' });
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await phone.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.1.2; RFC 3921 §8.2',
    'the pending request is pushed to all of the interested resources, and to no other',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await alice.comesOnline('phone');
      const uninterested = await alice.logsIn('uninterested');
      uninterested.sends('<presence/>');
      await conversation.quiets();
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none', ask: 'subscribe' });
      await phone.receivesPush(bob.bare, { subscription: 'none', ask: 'subscribe' });
      await uninterested.receivesNo(`<iq type='set'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 3921 §6.2',
    'a request is delivered to all available resources, and to no other',
    async ({ alice, bob, conversation }) => {
      await online(alice, bob);
      const phone = await bob.comesOnline('phone');
      const silent = await bob.logsIn('silent');
      await silent.getsRoster();
      await conversation.quiets();
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await phone.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await silent.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.1; RFC 3921 §11.1',
    'a request to an account that does not exist is silently ignored, as one is by somebody who does not answer',
    async ({ alice, server }) => {
      await online(alice);
      const nobody = `nobody-of-that-name@${server.domain}`;
      for (const type of ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'subscribe'])
        alice.sends(`<presence type='${type}' to='${nobody}'/>`);
      await alice.receivesPush(nobody, { ask: 'subscribe' });
      await alice.receivesNo((stanza) => stanza.attrs['from'] === nobody);
      expect((await alice.rosterItem(nobody))?.attrs).toMatchObject({ ask: 'subscribe' });
    },
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 3921 §9.4; RFC 3921 §11.1',
    'a request to one who is offline is kept whole and delivered at the next login',
    async ({ alice, bob }) => {
      await online(alice);
      alice.sends(
        `<presence type='subscribe' to='${bob.bare}'><status>Hello</status>` +
          `<x xmlns='urn:example:x'><y>kept</y></x></presence>`,
      );
      await alice.receivesPush(bob.bare, { ask: 'subscribe' });
      await bob.comesOnline();
      await bob.receives(
        `<presence type='subscribe' from='${alice.bare}'><status>Hello</status>` +
          `<x xmlns='urn:example:x'><y>kept</y></x></presence>`,
      );
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 3921 §9.4',
    'a request that was delivered is delivered at each login until it is answered, and then no more',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const request = `<presence type='subscribe' from='${alice.bare}'/>`;
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(request);
      for (const resource of ['second', 'third']) {
        await bob.leaves();
        await bob.comesOnline(resource);
        await bob.receivesOnly(request);
      }
      bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
      await bob.leaves();
      await bob.comesOnline('fourth');
      await bob.receivesNo(request);
    },
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 3921 §9.4',
    'a request that was declined is not delivered again',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
      await bob.leaves();
      await bob.comesOnline();
      await bob.receivesNo(`<presence type='subscribe'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.1.3',
    'a resource that is connected hears of kept requests only when it becomes available',
    async ({ alice, bob }) => {
      await online(alice);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { ask: 'subscribe' });
      const home = await bob.logsIn();
      await home.getsRoster();
      await home.receivesNothing();
      home.sends('<presence/>');
      await home.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §A.3.1; RFC 3921 §9.3',
    'a request that is repeated while it is pending is not delivered again',
    async ({ alice, bob, carol }) => {
      await online(alice, bob, carol);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      alice.sends(`<presence type='subscribe' to='${bob.bare}' id='again'/>`);
      // Withdrawn and made anew, it is delivered: what came before it on the way has come.
      await hearsNo('subscribe', bob, alice);
    },
  ),
  rule(
    'RFC 6121 §3.3.3; RFC 6121 §A.3.2; RFC 3921 §9.3',
    'a request that was withdrawn before the contact came online is not delivered',
    async ({ alice, bob, carol }) => {
      await online(alice, carol);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { ask: 'subscribe' });
      alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
      await alice.receivesPush(bob.bare, { subscription: 'none' });
      await bob.comesOnline();
      await hasHeardAll(bob, carol);
      await bob.leaves();
      await bob.comesOnline('later');
      await bob.receivesNo(`<presence type='subscribe'/>`);
    },
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 6121 §A.3.1; RFC 3921 §9.3',
    'a request of one who is subscribed already is answered by the server: the contact does not see it',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      await online(carol);
      alice.sends(`<presence type='subscribe' to='${bob.bare}' id='again'/>`);
      await hasHeardAll(bob, carol);
      await bob.receivesNo(`<presence type='subscribe'/>`);
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs).toMatchObject({ subscription: 'both' });
      expect(item?.attrs['ask']).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §3.1.2; RFC 3921 §9.2',
    'to ask changes nothing for the contact: its roster has no item for the user',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receivesOnly(`<presence type='subscribe' from='${alice.bare}'/>`);
      expect(await bob.rosterItem(alice.bare)).toBeUndefined();
    },
  ),
  rule(
    'RFC 6121 §3.1.2; RFC 3921 §6.1',
    'an item that was in the roster keeps its name and groups',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.sets(
        `<query xmlns='jabber:iq:roster'><item jid='${bob.bare}' name='Bob'><group>Friends</group></item></query>`,
      );
      await follows(alice, bob);
      const item = await alice.rosterItem(bob.bare);
      expect(item?.attrs).toMatchObject({ name: 'Bob', subscription: 'to' });
      expect(item?.children).toHaveLength(1);
    },
  ),
];
