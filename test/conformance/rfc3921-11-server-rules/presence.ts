// RFC 6121 §8, presence to those who are not there. To those who are: see the chapters on presence and subscriptions.

import { follows, online } from '../conversation/relations.ts';
import { errorCondition } from '../conversation/device.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { unknownRequest } from '../conversation/stanzas.ts';

const unreachable: readonly string[] = [
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
  // Of a server that has no way to others at all.
  'not-allowed',
];

export const presenceRules: readonly Rule[] = [
  rule(
    'RFC 6121 §8.5.1; RFC 3921 §11.1',
    'presence to an account that does not exist is dropped',
    async ({ alice, server }) => {
      await online(alice);
      const nobody = `nobody-of-that-name@${server.domain}`;
      alice.sends(`<presence to='${nobody}'/><presence to='${nobody}/home'/>`);
      alice.sends(`<presence type='unavailable' to='${nobody}'/>`);
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.2.2.2; RFC 6121 §8.5.3.2.2; RFC 3921 §11.1',
    'presence to one who is offline, or to a resource that is not there, is dropped',
    async ({ alice, bob, carol }) => {
      await online(alice, bob);
      alice.sends(`<presence to='${carol.bare}'/><presence to='${bob.bare}/elsewhere'/>`);
      await alice.receivesNothing();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.3.2.2; RFC 6121 §3.1.3',
    'a request to a resource that is not there is one to the bare JID',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}/elsewhere'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §8.2.2; RFC 3921 §11.2',
    'presence without an address goes to those who are subscribed; one of a type that needs an address is a bad-request',
    async ({ alice, bob }) => {
      await follows(bob, alice);
      alice.sends('<presence><show>away</show></presence>');
      await bob.receivesOnly(`<presence from='${alice.full}'><show>away</show></presence>`);
      alice.sends(`<presence type='subscribe'/>`);
      await alice.receives(
        `<presence type='error'><error><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      );
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.3.1; RFC 3921 §11.1',
    'presence to a full JID comes to that resource though it is not available',
    async ({ alice, bob }) => {
      await online(alice);
      const silent = await bob.logsIn('silent');
      alice.sends(`<presence to='${silent.full}'><show>chat</show></presence>`);
      await silent.receivesOnly(`<presence from='${alice.full}'><show>chat</show></presence>`);
    },
  ),
  rule(
    'RFC 6121 §8.4; RFC 3921 §11.1',
    'available presence to the domain, and to a resource of it, is not answered with an error',
    async ({ alice, server }) => {
      await online(alice);
      alice.sends(`<presence to='${server.domain}'/><presence to='${server.domain}/anywhere'/>`);
      await alice.receivesNo(`<presence type='error'/>`);
    },
  ),
  rule(
    'RFC 6121 §8.3; RFC 3921 §11.2; RFC 6120 §10.4',
    'presence and requests to a domain that cannot be reached come back as errors, errors do not',
    async ({ alice }) => {
      await online(alice);
      const nowhere = 'somebody@nowhere.invalid';
      await alice.isRefused('get', unknownRequest, unreachable, nowhere);
      alice.sends(`<presence to='${nowhere}'/>`);
      await alice.receives(
        (stanza) =>
          stanza.attrs['from'] === nowhere && unreachable.includes(errorCondition(stanza) ?? ''),
      );
      alice.sends(
        `<message type='error' to='${nowhere}'><error type='cancel'>` +
          `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
      await alice.receivesNothing();
    },
  ),
];
