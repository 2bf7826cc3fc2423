// RFC 6121 §8, iqs: each get and set is answered once, by whoever it is for.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import { online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { discoInfo, unknownRequest } from '../conversation/stanzas.ts';

export const iqRules: readonly Rule[] = [
  rule(
    'RFC 6121 §8.5.3.1; RFC 3921 §11.1',
    'an iq to a full JID goes to that resource, and its answer comes back',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const asked = alice.asks('get', unknownRequest, bob.full);
      const request = await bob.receives(
        `<iq type='get' from='${alice.full}'>${unknownRequest}</iq>`,
      );
      bob.sends(
        `<iq type='result' id='${request.attrs['id'] ?? ''}' to='${alice.full}'><answer xmlns='urn:example:question'/></iq>`,
      );
      expect(child(await asked, 'answer')).toBeDefined();
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
