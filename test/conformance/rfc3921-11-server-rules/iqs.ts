// RFC 6121 §8, iqs: each get and set is answered once, by whoever it is for.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { discoInfo, unknownRequest } from '../conversation/stanzas.ts';

export const iqRules: readonly Rule[] = [
  rule(
    'RFC 6121 §8.5.3.1; RFC 3921 §11.1',
    'an iq to a full JID goes to that resource, which shares its presence with the sender, and its answer comes back',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await asksAndIsAnswered(alice, bob);
    },
  ),
  rule(
    'RFC 6121 §8.5.3.1; RFC 6121 §4.6.3',
    'to share presence by directing it is enough, until unavailable presence is directed',
    async ({ alice, bob }) => {
      await online(alice, bob);
      bob.sends(`<presence to='${alice.bare}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      await asksAndIsAnswered(alice, bob);
      bob.sends(`<presence type='unavailable' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], bob.full);
    },
  ),
  rule(
    'RFC 6121 §8.5.3.1; RFC 6121 §11',
    'a get or set of a stranger is not delivered to a full JID, and refused as if nobody were there',
    async ({ alice, bob }) => {
      await online(alice, bob);
      for (const type of ['get', 'set'] as const) {
        await alice.isRefused(type, unknownRequest, ['service-unavailable'], bob.full);
      }
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.3.1',
    'a result or an error goes to the full JID, whoever it comes from',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<iq type='result' id='r' to='${bob.full}'/>`);
      alice.sends(
        `<iq type='error' id='e' to='${bob.full}'><error type='cancel'>` +
          `<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      await bob.receivesOnly(
        `<iq type='result' id='r' from='${alice.full}'/>`,
        `<iq type='error' id='e' from='${alice.full}'/>`,
      );
    },
  ),
  rule(
    'RFC 6121 §8.5.3.2.3; RFC 3921 §11.1',
    'an iq to a resource that is not there is answered with service-unavailable',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.isRefused(
        'get',
        unknownRequest,
        ['service-unavailable'],
        `${bob.bare}/elsewhere`,
      );
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.2.1.3; RFC 3921 §11.1',
    'an iq to a bare JID is answered by the server for the user, who does not see it',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], bob.bare);
      await alice.isRefused('set', unknownRequest, ['service-unavailable'], bob.bare);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.2.1.3',
    'iq results and errors to a bare JID are ignored',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<iq type='result' id='unasked' to='${bob.bare}'/>`);
      await bob.receivesNothing();
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.2.2.3',
    'an iq to one who is offline is answered by the server',
    async ({ alice, bob }) => {
      await online(alice);
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], bob.bare);
    },
  ),
  rule(
    'RFC 6121 §8.5.1; RFC 3921 §11.1',
    'an iq to an account that does not exist is answered with service-unavailable',
    async ({ alice, server }) => {
      await online(alice);
      const nobody = `nobody-of-that-name@${server.domain}`;
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], nobody);
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], `${nobody}/home`);
    },
  ),
  rule(
    'RFC 6121 §8.2.3; RFC 3921 §11.2',
    'an iq without an address is answered by the server for the account',
    async ({ alice }) => {
      await online(alice);
      const answer = await alice.asks('get', unknownRequest);
      expect(answer.attrs['type']).toBe('error');
      expect([undefined, alice.bare]).toContain(answer.attrs['from']);
    },
  ),
  rule(
    'RFC 6121 §8.4; RFC 3921 §11.1',
    'an iq to the domain is answered by the server: what it knows with a result, what not with service-unavailable',
    async ({ alice, server }) => {
      await online(alice);
      const info = await alice.gets(discoInfo, server.domain);
      expect(info.attrs['from']).toBe(server.domain);
      await alice.gets(`<ping xmlns='urn:xmpp:ping'/>`, server.domain);
      await alice.isRefused('get', unknownRequest, ['service-unavailable'], server.domain);
    },
  ),
  rule(
    'RFC 6120 §8.2.3',
    'an iq get or set without a payload, or with two, is a bad-request',
    async ({ alice }) => {
      await online(alice);
      await alice.isRefused('get', '', ['bad-request']);
      await alice.isRefused('get', `${unknownRequest}${unknownRequest}`, ['bad-request']);
    },
  ),
  rule(
    'RFC 6120 §8.1.1.1; RFC 6120 §8.3.3.8',
    'an address that is no JID is refused with jid-malformed',
    async ({ alice, server }) => {
      await online(alice);
      await alice.isRefused('get', unknownRequest, ['jid-malformed'], `@${server.domain}`);
      await alice.isRefused(
        'get',
        unknownRequest,
        ['jid-malformed'],
        `${'x'.repeat(1024)}@${server.domain}`,
      );
    },
  ),
];

async function asksAndIsAnswered(asker: Person, asked: Person): Promise<void> {
  const answer = asker.asks('get', unknownRequest, asked.full);
  const request = await asked.receives(
    `<iq type='get' from='${asker.full}'>${unknownRequest}</iq>`,
  );
  asked.sends(
    `<iq type='result' id='${request.attrs['id'] ?? ''}' to='${asker.full}'>` +
      `<answer xmlns='urn:example:question'/></iq>`,
  );
  expect(child(await answer, 'answer')).toBeDefined();
}
