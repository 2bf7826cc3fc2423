// XEP-0267: a served domain has presence of its own, and a roster of those who are subscribed to it.

import { child, children } from '@rollcall/testkit';
import { expect } from 'vitest';
import { online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';
import { discoInfo } from '../conversation/stanzas.ts';

export const chapter: Chapter = {
  title: 'Server presence (XEP-0267)',
  rules: [
    rule('XEP-0267 §3', 'the server says that it can', async ({ alice, server }) => {
      await online(alice);
      const query = child(await alice.gets(discoInfo, server.domain), 'query')!;
      const features = children(query, 'feature').map(({ attrs }) => attrs['var']);
      expect(features).toContain('urn:xmpp:server-presence');
    }),
    rule(
      'XEP-0267 §1',
      'a subscription to the domain is approved, and brings its presence',
      async ({ alice, server }) => {
        await online(alice);
        alice.sends(`<presence type='subscribe' to='${server.domain}'/>`);
        await alice.receives(`<presence type='subscribed' from='${server.domain}'/>`);
        await alice.receivesPush(server.domain, { subscription: 'to' });
        await alice.receives(`<presence from='${server.domain}'/>`);
      },
    ),
    rule(
      'XEP-0267 §1',
      "a subscriber is told the domain's presence at login",
      async ({ alice, server }) => {
        await online(alice);
        alice.sends(`<presence type='subscribe' to='${server.domain}'/>`);
        await alice.receives(`<presence type='subscribed' from='${server.domain}'/>`);
        await alice.receivesPush(server.domain, { subscription: 'to' });
        await alice.leaves();
        await alice.comesOnline('later');
        await alice.receives(`<presence from='${server.domain}'/>`);
      },
    ),
    rule(
      'XEP-0267 §1',
      'the server keeps who is subscribed, over a restart too',
      async ({ alice, server }) => {
        await online(alice);
        alice.sends(`<presence type='subscribe' to='${server.domain}'/>`);
        await alice.receives(`<presence type='subscribed' from='${server.domain}'/>`);
        await alice.receivesPush(server.domain, { subscription: 'to' });
        await server.restart();
        await online(alice);
        expect((await alice.rosterItem(server.domain))?.attrs).toMatchObject({
          subscription: 'to',
        });
        alice.sends(`<presence type='probe' to='${server.domain}'/>`);
        await alice.receives(`<presence from='${server.domain}'/>`);
      },
    ),
    rule('XEP-0267 §1', 'a subscription to the domain may be ended', async ({ alice, server }) => {
      await online(alice);
      alice.sends(`<presence type='subscribe' to='${server.domain}'/>`);
      await alice.receives(`<presence type='subscribed' from='${server.domain}'/>`);
      await alice.receivesPush(server.domain, { subscription: 'to' });
      alice.sends(`<presence type='unsubscribe' to='${server.domain}'/>`);
      await alice.receivesPush(server.domain, { subscription: 'none' });
      await alice.leaves();
      await alice.comesOnline('later');
      await alice.receivesNo(`<presence from='${server.domain}'/>`);
    }),
  ],
};
