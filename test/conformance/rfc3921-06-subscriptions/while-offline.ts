// RFC 3921 §9.4: what happens to subscriptions while a user is offline reaches the user at the next login, though the
// server may have been restarted meanwhile. RFC 6121 §3.1.3 asks it of requests alone.

import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Cast, Rule } from '../conversation/rule.ts';

interface News {
  readonly type: 'subscribed' | 'unsubscribed' | 'unsubscribe';
  readonly what: string;
  /** Alice is online and has done her part. */
  readonly prepared: (cast: Cast) => Promise<void>;
}

const news: readonly News[] = [
  { type: 'subscribed', what: 'an approval', prepared: hasAsked },
  { type: 'unsubscribed', what: 'a denial', prepared: hasAsked },
  { type: 'unsubscribed', what: 'a cancellation', prepared: areFriends },
  { type: 'unsubscribe', what: 'the end of a subscription', prepared: areFriends },
];

export const newsWhileOffline: readonly Rule[] = [
  ...news.map(({ type, what, prepared }) =>
    rule(
      'RFC 3921 §9.4',
      `${what} while the user was offline is told at the next login, over a restart, and then no more`,
      async (cast) => {
        const { alice, bob, server } = cast;
        await prepared(cast);
        await alice.leaves();
        bob.sends(`<presence type='${type}' to='${alice.bare}'/>`);
        await bob.conversation.settles();
        await server.restart();

        const home = await alice.comesOnline();
        await home.receives(`<presence type='${type}' from='${bob.bare}'/>`);
        await alice.leaves();
        const later = await alice.comesOnline('later');
        await later.receivesNo(`<presence type='${type}'/>`);
      },
    ),
  ),
  rule(
    'RFC 6121 §3.1.3; RFC 3921 §9.4',
    'a request that was delivered, and not answered, is delivered again after a restart',
    async ({ alice, bob, server }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'><status>Please</status></presence>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await server.restart();
      await bob.comesOnline('later');
      await bob.receivesOnly(
        `<presence type='subscribe' from='${alice.bare}'><status>Please</status></presence>`,
      );
    },
  ),
];

async function hasAsked({ alice, bob }: Cast): Promise<void> {
  await online(alice, bob);
  alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
  await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
  await alice.conversation.quiets();
}

async function areFriends({ alice, bob }: Cast): Promise<void> {
  await befriend(alice, bob);
}
