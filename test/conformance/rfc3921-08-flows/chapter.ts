// RFC 3921 §8: roster items and subscriptions together, as the RFC tells it: who sends what, and who gets what of it.
// The details of each step are in the chapters on subscriptions and the roster; here the whole way is walked.

import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';

export const chapter: Chapter = {
  title: 'Roster items and subscriptions together (RFC 3921 §8)',
  rules: [
    rule(
      'RFC 3921 §8.2',
      'user subscribes to contact: item, request, approval, presence',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await alice.sets(item(bob, `name='Bob'`, 'Friends'));
        await alice.receivesPush(bob.bare, { subscription: 'none', name: 'Bob' });
        alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'none', ask: 'subscribe', name: 'Bob' });
        await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);

        await bob.sets(item(alice, `name='Alice'`, 'Visitors'));
        await bob.receivesPush(alice.bare, { subscription: 'none', name: 'Alice' });
        bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'from', name: 'Alice' });
        await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'to', name: 'Bob' });
        await alice.receives(`<presence from='${bob.full}'/>`);
        await expectItems(alice, 'to', bob, 'from');
      },
    ),
    rule(
      'RFC 3921 §8.2.1',
      'contact declines: the user is told, and is back to no subscription',
      async ({ alice, bob }) => {
        await online(alice, bob);
        alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
        await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
        bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'none' });
        const kept = await alice.rosterItem(bob.bare);
        expect(kept?.attrs['ask']).toBeUndefined();
        expect(await bob.rosterItem(alice.bare)).toBeUndefined();
      },
    ),
    rule(
      'RFC 3921 §8.3',
      'creating a mutual subscription: the contact subscribes to the user too',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        bob.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'from', ask: 'subscribe' });
        await alice.receives(`<presence type='subscribe' from='${bob.bare}'/>`);
        alice.sends(`<presence type='subscribed' to='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'both' });
        await bob.receives(`<presence type='subscribed' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'both' });
        await bob.receives(`<presence from='${alice.full}'/>`);
        await expectItems(alice, 'both', bob, 'both');
      },
    ),
    rule(
      'RFC 3921 §8.3.1',
      'user declines to make it mutual: the first direction stays',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        bob.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='subscribe' from='${bob.bare}'/>`);
        alice.sends(`<presence type='unsubscribed' to='${bob.bare}'/>`);
        await bob.receives(`<presence type='unsubscribed' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'from' });
        await expectItems(alice, 'to', bob, 'from');
      },
    ),
    rule(
      'RFC 3921 §8.3; RFC 6121 §3.1',
      'both ask at the same moment: both are asked, both approve, no ask is left over',
      async ({ alice, bob }) => {
        await online(alice, bob);
        alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
        bob.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='subscribe' from='${bob.bare}'/>`);
        await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
        alice.sends(`<presence type='subscribed' to='${bob.bare}'/>`);
        bob.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'both' });
        await bob.receivesPush(alice.bare, { subscription: 'both' });
        await alice.receives(`<presence from='${bob.full}'/>`);
        await bob.receives(`<presence from='${alice.full}'/>`);
        await expectItems(alice, 'both', bob, 'both');
      },
    ),
    rule(
      'RFC 3921 §8.4.1',
      'user unsubscribes when the subscription was not mutual',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'none' });
        await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'none' });
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        await expectItems(alice, 'none', bob, 'none');
      },
    ),
    rule(
      'RFC 3921 §8.4.2',
      'user unsubscribes when the subscription was mutual: the contact still follows the user',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        alice.sends(`<presence type='unsubscribe' to='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'from' });
        await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'to' });
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        await bob.receivesNo(`<presence type='unavailable'/>`);
        await expectItems(alice, 'from', bob, 'to');
      },
    ),
    rule(
      'RFC 3921 §8.5.1',
      "contact cancels the user's subscription when it was not mutual",
      async ({ alice, bob }) => {
        await follows(alice, bob);
        bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'none' });
        await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'none' });
        await expectItems(alice, 'none', bob, 'none');
      },
    ),
    rule(
      'RFC 3921 §8.5.2',
      "contact cancels the user's subscription when it was mutual: the contact still follows the user",
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'to' });
        await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        await alice.receivesPush(bob.bare, { subscription: 'from' });
        await expectItems(alice, 'from', bob, 'to');
      },
    ),
    rule(
      'RFC 3921 §8.6; RFC 6121 §2.5.2',
      'user removes the contact: both subscriptions end, both are told, both go dark to each other',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(item(bob, `subscription='remove'`));
        await alice.receivesPush(bob.bare, { subscription: 'remove' });
        await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
        await bob.receives(`<presence type='unsubscribed' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'none' });
        await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        expect(await alice.rosterItem(bob.bare)).toBeUndefined();
        expect((await bob.rosterItem(alice.bare))?.attrs).toMatchObject({ subscription: 'none' });
      },
    ),
    rule(
      'RFC 3921 §8.6; RFC 6121 §2.5.2',
      'user removes a contact that was only followed: only that subscription is ended',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        await alice.sets(item(bob, `subscription='remove'`));
        await bob.receives(`<presence type='unsubscribe' from='${alice.bare}'/>`);
        await bob.receivesPush(alice.bare, { subscription: 'none' });
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
        await bob.receivesNo(`<presence type='unsubscribed'/>`);
      },
    ),
    rule(
      'RFC 3921 §8.6; RFC 6121 §2.5.2',
      'user removes a contact who is offline: the contact finds it at the next login',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await bob.leaves();
        await alice.sets(item(bob, `subscription='remove'`));
        await alice.conversation.settles();
        await bob.comesOnline();
        const left = await bob.rosterItem(alice.bare);
        // It may have been still on its way when he came.
        if (left?.attrs['subscription'] !== 'none')
          await bob.receivesPush(alice.bare, { subscription: 'none' });
        await bob.receivesNo(`<presence from='${alice.full}'/>`);
      },
    ),
  ],
};

function item(contact: Person, attrs: string, group?: string): string {
  const groups = group === undefined ? '' : `<group>${group}</group>`;
  return `<query xmlns='jabber:iq:roster'><item jid='${contact.bare}' ${attrs}>${groups}</item></query>`;
}

/** What each has of the other in the end, with nothing pending. */
async function expectItems(
  one: Person,
  ones: string,
  other: Person,
  others: string,
): Promise<void> {
  const [mine, theirs] = [await one.rosterItem(other.bare), await other.rosterItem(one.bare)];
  expect([mine?.attrs['subscription'], theirs?.attrs['subscription']]).toEqual([ones, others]);
  expect([mine?.attrs['ask'], theirs?.attrs['ask']]).toEqual([undefined, undefined]);
}
