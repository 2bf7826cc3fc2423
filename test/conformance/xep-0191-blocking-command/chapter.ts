// XEP-0191: the simple way to block, over the same model as privacy lists.

import { child, children } from '@rollcall/testkit';
import { expect } from 'vitest';
import { errorCondition } from '../conversation/device.ts';
import type { Device } from '../conversation/device.ts';
import { befriend, follows, hasHeardAll, hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';
import { discoInfo, message, messageFrom, unknownRequest } from '../conversation/stanzas.ts';
import { blockedResourcesAndEndings } from './beyond.ts';
import { block, unblock } from './commands.ts';

export const chapter: Chapter = {
  title: 'Blocking command (XEP-0191)',
  rules: [
    rule('XEP-0191 §3.1', 'the server says that it can', async ({ alice, server }) => {
      await online(alice);
      const query = child(await alice.gets(discoInfo, server.domain), 'query')!;
      const features = children(query, 'feature').map(({ attrs }) => attrs['var']);
      expect(features).toContain('urn:xmpp:blocking');
    }),
    rule(
      'XEP-0191 §3.2; XEP-0191 §3.3',
      'the block list is empty at first, then holds whom the user has blocked, at the next login too',
      async ({ alice, bob, carol }) => {
        await online(alice);
        expect(await blockList(alice.device)).toEqual([]);
        await alice.sets(block(bob.bare, carol.bare));
        expect(await blockList(alice.device)).toEqual([bob.bare, carol.bare].sort());
        await alice.leaves();
        expect(await blockList(await alice.comesOnline('later'))).toEqual(
          [bob.bare, carol.bare].sort(),
        );
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'a block is pushed to every resource that has asked for the list, and to no other',
      async ({ alice, bob }) => {
        await online(alice);
        const phone = await alice.comesOnline('phone');
        await alice.conversation.quiets();
        await blockList(alice.device);
        await phone.sets(block(bob.bare));
        await alice.receives(
          `<iq type='set'><block xmlns='urn:xmpp:blocking'><item jid='${bob.bare}'/></block></iq>`,
        );
        await phone.receivesNo(`<iq type='set'><block xmlns='urn:xmpp:blocking'/></iq>`);
      },
    ),
    rule('XEP-0191 §3.3', 'to block nobody is a bad-request', async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', block(), ['bad-request']);
    }),
    rule('XEP-0191 §3.3', 'to block what is no JID is refused', async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', block('@@'), ['jid-malformed', 'bad-request']);
    }),
    rule(
      'XEP-0191 §3.3',
      'one who is blocked and sees the user is told unavailable at once, and nothing after that',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(block(bob.bare));
        await bob.receivesOnly(`<presence type='unavailable' from='${alice.full}'/>`);
        alice.sends('<presence><show>away</show></presence>');
        await bob.receivesNothing();
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'one who is blocked and does not see the user is told nothing',
      async ({ alice, bob, carol }) => {
        await online(carol);
        await follows(alice, bob);
        await alice.sets(block(bob.bare, carol.bare));
        await bob.receivesNothing();
        await carol.receivesNothing();
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'one who had directed presence and is blocked is told unavailable',
      async ({ alice, bob }) => {
        await online(alice, bob);
        alice.sends(`<presence to='${bob.full}'/>`);
        await bob.receives(`<presence from='${alice.full}'/>`);
        await alice.sets(block(bob.bare));
        await bob.receivesOnly(`<presence type='unavailable' from='${alice.full}'/>`);
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'nothing of one who is blocked is delivered: messages and iqs fail, presence vanishes',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(block(bob.bare));
        await alice.conversation.quiets();
        bob.sends(message(alice.bare, 'hello'));
        await bob.receives(
          (stanza) => stanza.name === 'message' && errorCondition(stanza) === 'service-unavailable',
        );
        bob.sends('<presence><show>away</show></presence>');
        bob.sends(`<presence to='${alice.full}'/>`);
        await bob.isRefused('get', unknownRequest, ['service-unavailable'], alice.full);
        await alice.receivesNothing();
        await bob.receivesNothing();
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'a request of one who is blocked is neither delivered nor kept',
      async ({ alice, bob, carol }) => {
        await online(alice, bob, carol);
        await alice.sets(block(bob.bare));
        bob.sends(`<presence type='subscribe' to='${alice.bare}' id='blocked'/>`);
        await bob.receivesPush(alice.bare, { ask: 'subscribe' });
        await hasHeardAll(alice, carol);
        await alice.sets(unblock());
        await hearsNo('subscribed', alice, bob);
        await alice.receivesNo(`<presence type='subscribe' id='blocked'/>`);
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'what the user sends to one who is blocked is refused with not-acceptable and blocked',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await alice.sets(block(bob.bare));
        alice.sends(message(bob.bare, 'can you hear me now?'));
        await alice.receives(
          `<message type='error'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
            `<blocked xmlns='urn:xmpp:blocking:errors'/></error></message>`,
        );
        await bob.receivesNothing();
      },
    ),
    rule('XEP-0191 §3.3', 'one who is blocked finds nobody at login', async ({ alice, bob }) => {
      await befriend(alice, bob);
      await bob.leaves();
      await alice.sets(block(bob.bare));
      await bob.comesOnline();
      await bob.receivesNo(
        (stanza) =>
          (stanza.attrs['from'] ?? '').startsWith(alice.bare) && stanza.attrs['type'] === undefined,
      );
    }),
    rule(
      'XEP-0191 §3.4',
      'one who is unblocked and may see the user is told the current presence',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(block(bob.bare));
        alice.sends('<presence><show>dnd</show></presence>');
        await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
        await bob.conversation.quiets();
        await alice.sets(unblock(bob.bare));
        await bob.receivesOnly(`<presence from='${alice.full}'><show>dnd</show></presence>`);
        expect(await blockList(alice.device)).toEqual([]);
      },
    ),
    rule(
      'XEP-0191 §3.4',
      'one who is unblocked and may not see the user is told nothing, but is heard again',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await alice.sets(block(bob.bare));
        await alice.sets(unblock(bob.bare));
        await bob.receivesNothing();
        bob.sends(message(alice.bare, 'hello again'));
        await alice.receives(messageFrom(bob.full, 'hello again'));
      },
    ),
    rule(
      'XEP-0191 §3.4',
      'an unblock is pushed to every resource that has asked for the list',
      async ({ alice, bob }) => {
        await online(alice);
        await blockList(alice.device);
        await alice.sets(block(bob.bare));
        await alice.sets(unblock(bob.bare));
        await alice.receives(
          `<iq type='set'><unblock xmlns='urn:xmpp:blocking'><item jid='${bob.bare}'/></unblock></iq>`,
        );
      },
    ),
    rule(
      'XEP-0191 §3.5',
      'all are unblocked at once, and that is pushed as such',
      async ({ alice, bob, carol }) => {
        await befriend(alice, bob);
        await blockList(alice.device);
        await alice.sets(block(bob.bare, carol.bare));
        await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
        await alice.conversation.quiets();
        await alice.sets(unblock());
        const push = await alice.receives(
          `<iq type='set'><unblock xmlns='urn:xmpp:blocking'/></iq>`,
        );
        expect(child(push, 'unblock')?.children).toEqual([]);
        await bob.receives(`<presence from='${alice.full}'/>`);
        expect(await blockList(alice.device)).toEqual([]);
      },
    ),
    rule(
      'XEP-0191 §5; XEP-0016 §2.5',
      'who is blocked by the command is denied by the default privacy list, and the other way round',
      async ({ alice, bob, carol }) => {
        await online(alice);
        await alice.sets(block(bob.bare));
        const names = child(await alice.gets(`<query xmlns='jabber:iq:privacy'/>`), 'query')!;
        const name = child(names, 'default')?.attrs['name'] ?? '';
        expect(name).not.toBe('');
        const query = child(
          await alice.gets(`<query xmlns='jabber:iq:privacy'><list name='${name}'/></query>`),
          'query',
        )!;
        const items = children(child(query, 'list')!, 'item').map(({ attrs }) => attrs);
        expect(items).toContainEqual(
          expect.objectContaining({ action: 'deny', type: 'jid', value: bob.bare }),
        );
        await alice.sets(
          `<query xmlns='jabber:iq:privacy'><list name='${name}'>` +
            `<item action='deny' order='1' type='jid' value='${carol.bare}'/></list></query>`,
        );
        expect(await blockList(alice.device)).toEqual([carol.bare]);
      },
    ),
    rule(
      'XEP-0191 §6',
      'a full JID stands for that resource, a bare JID for all, a domain for all of its users',
      async ({ alice, bob, server }) => {
        await online(alice, bob);
        const phone = await bob.comesOnline('phone');
        await alice.conversation.quiets();
        await alice.sets(block(phone.full));
        phone.sends(message(alice.bare, 'one'));
        bob.sends(message(alice.bare, 'two'));
        await alice.receives(messageFrom(bob.full, 'two'));
        await alice.receivesNo('<message/>');
        for (const jid of [bob.bare, server.domain]) {
          await alice.sets(unblock());
          await alice.sets(block(jid));
          phone.sends(message(alice.bare, 'three'));
          bob.sends(message(alice.bare, 'four'));
          await alice.receivesNo('<message/>');
        }
      },
    ),
    rule(
      'XEP-0191 §5',
      "to block one's own domain blocks no resource of one's own",
      async ({ alice, server }) => {
        await online(alice);
        const phone = await alice.comesOnline('phone');
        await alice.conversation.quiets();
        await alice.sets(block(server.domain));
        phone.sends(message(alice.full, 'to myself'));
        await alice.receives(messageFrom(phone.full, 'to myself'));
      },
    ),
    rule(
      'XEP-0191 §3.3',
      'a block is in force over a restart of the server',
      async ({ alice, bob, server }) => {
        await online(alice, bob);
        await alice.sets(block(bob.bare));
        await server.restart();
        await online(alice, bob);
        bob.sends(message(alice.bare, 'hello'));
        await alice.receivesNothing();
        expect(await blockList(alice.device)).toEqual([bob.bare]);
      },
    ),
    ...blockedResourcesAndEndings,
  ],
};

async function blockList(device: Device): Promise<readonly string[]> {
  const answer = await device.gets(`<blocklist xmlns='urn:xmpp:blocking'/>`);
  const list = child(answer, 'blocklist')!;
  return children(list, 'item')
    .map(({ attrs }) => attrs['jid'] ?? '')
    .sort();
}
