// What a block means for single resources, and for subscriptions that end while it is in force.

import { expect } from 'vitest';
import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { message, messageFrom } from '../conversation/stanzas.ts';
import { block, unblock } from './commands.ts';

export const blockedResourcesAndEndings: readonly Rule[] = [
  rule(
    'XEP-0191 §6; XEP-0191 §3.3',
    'a resource that is blocked sees the user go, and come no more; the other resources see all',
    async ({ alice, bob, conversation }) => {
      await befriend(alice, bob);
      const phone = await bob.comesOnline('phone');
      await conversation.quiets();
      await alice.sets(block(phone.full));
      await phone.receives(`<presence type='unavailable' from='${alice.full}'/>`);
      alice.sends('<presence><show>away</show></presence>');
      await bob.receives(`<presence from='${alice.full}'><show>away</show></presence>`);
      await phone.receivesNothing();
      phone.sends(`<presence type='probe' to='${alice.bare}'/>`);
      await phone.receivesNo(`<presence from='${alice.full}'><show>away</show></presence>`);
      await alice.sets(unblock(phone.full));
      await phone.receives(`<presence from='${alice.full}'><show>away</show></presence>`);
    },
  ),
  ...[
    ['directed presence', (to: string) => `<presence to='${to}'/>`] as const,
    ['a probe', (to: string) => `<presence type='probe' to='${to}'/>`] as const,
    ['a request', (to: string) => `<presence type='subscribe' to='${to}'/>`] as const,
    ['an approval', (to: string) => `<presence type='subscribed' to='${to}'/>`] as const,
  ].map(([what, presenceTo]) =>
    rule(
      'XEP-0191 §3.3; RFC 3921 §10.14; XEP-0016 §2.14',
      `${what} to one whom the user blocks is refused with not-acceptable, and changes nothing`,
      async ({ alice, bob }) => {
        await online(alice, bob);
        await alice.sets(block(bob.bare));
        await alice.conversation.quiets();
        alice.sends(presenceTo(bob.bare));
        await alice.receives(
          `<presence type='error' from='${bob.bare}'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
            `<blocked xmlns='urn:xmpp:blocking:errors'/></error></presence>`,
        );
        await alice.receivesNothing();
        await bob.receivesNothing();
        expect(await alice.rosterItem(bob.bare)).toBeUndefined();
      },
    ),
  ),
  rule(
    'XEP-0016 §2.10; XEP-0191 §3.3',
    'one who is blocked, and had shown itself by directed presence, is shown to be gone',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence to='${alice.full}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      await alice.sets(block(bob.bare));
      await alice.receives(
        ({ attrs }) =>
          attrs['type'] === 'unavailable' && [bob.bare, bob.full].includes(attrs['from'] ?? ''),
      );
      bob.sends(`<presence type='unavailable' to='${alice.full}'/>`);
      await alice.receivesNothing();
    },
  ),
  rule(
    'XEP-0191 §5; XEP-0016 §2.5',
    'who was denied by a default privacy list is unblocked by the command, and is shown the current presence',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      await alice.sets(
        `<query xmlns='jabber:iq:privacy'><list name='foes'>` +
          `<item action='deny' order='1' type='jid' value='${bob.bare}'/></list></query>`,
      );
      await alice.sets(`<query xmlns='jabber:iq:privacy'><default name='foes'/></query>`);
      await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
      await alice.sets(unblock(bob.bare));
      await bob.receives(`<presence from='${alice.full}'/>`);
      bob.sends(message(alice.bare, 'hello again'));
      await alice.receives(messageFrom(bob.full, 'hello again'));
    },
  ),
  ...(['unsubscribe', 'unsubscribed'] as const).map((type) =>
    rule(
      'XEP-0191 §3.3; RFC 6121 §3.2.3; RFC 6121 §3.3.3',
      `${type} of one who is blocked is not shown, but both rosters agree on what is left`,
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(block(bob.bare));
        await alice.conversation.quiets();
        bob.sends(`<presence type='${type}' to='${alice.bare}'/>`);
        const [mine, theirs] = type === 'unsubscribe' ? ['to', 'from'] : ['from', 'to'];
        await bob.receivesPush(alice.bare, { subscription: theirs });
        await alice.receivesPush(bob.bare, { subscription: mine });
        await alice.receivesNo(`<presence type='${type}'/>`);
        await alice.sets(unblock(bob.bare));
        expect((await alice.rosterItem(bob.bare))?.attrs['subscription']).toBe(mine);
        expect((await bob.rosterItem(alice.bare))?.attrs['subscription']).toBe(theirs);
      },
    ),
  ),
];
