// What a block means for single resources, and for subscriptions that end while it is in force.

import { expect } from 'vitest';
import { befriend } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
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
