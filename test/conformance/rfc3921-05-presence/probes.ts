// RFC 6121 §4.3: what a probe is answered with. The probes that a server sends at login are seen in `initial.ts`; here
// clients send them, which XEP-0318 allows.

import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { availableOtherThan } from '../conversation/stanzas.ts';

export const presenceProbes: readonly Rule[] = [
  rule(
    'RFC 6121 §4.3.2; RFC 3921 §5.1.3',
    'a subscriber is answered with the last presence of each available resource',
    async ({ alice, bob, conversation }) => {
      await follows(alice, bob);
      bob.sends('<presence><show>away</show><x xmlns="urn:example:extra">kept</x></presence>');
      const phone = await bob.comesOnline('phone', '<presence><status>mobile</status></presence>');
      await conversation.quiets();

      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receives(
        `<presence from='${bob.full}'><show>away</show><x xmlns='urn:example:extra'>kept</x></presence>`,
      );
      await alice.receives(`<presence from='${phone.full}'><status>mobile</status></presence>`);
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.3.2; RFC 3921 §5.1.3',
    'a subscriber of one who is offline is answered with unavailable',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      await bob.leaves();
      await alice.conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesOnly(`<presence type='unavailable' from='${bob.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'one who is not subscribed is answered with unsubscribed, from the bare JID',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesOnly(`<presence type='unsubscribed' from='${bob.bare}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'a probe to an account that does not exist is answered with unsubscribed',
    async ({ alice, server }) => {
      await online(alice);
      const nobody = `nobody-of-that-name@${server.domain}`;
      alice.sends(`<presence type='probe' to='${nobody}'/>`);
      await alice.receivesOnly(`<presence type='unsubscribed' from='${nobody}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'one whose request is not yet answered learns nothing of presence',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
      await bob.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
      await alice.conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesNo(availableOtherThan(alice.full));
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'a probe to a full JID is answered with the presence of that resource alone',
    async ({ alice, bob, conversation }) => {
      await follows(alice, bob);
      bob.sends('<presence><show>away</show></presence>');
      await bob.comesOnline('phone');
      await conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.full}'/>`);
      await alice.receivesOnly(`<presence from='${bob.full}'><show>away</show></presence>`);
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'a probe to a full JID that is not there is not answered with available presence',
    async ({ alice, bob, conversation }) => {
      await follows(alice, bob);
      await conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}/elsewhere'/>`);
      await alice.receives(`<presence type='unavailable'/>`);
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    "a probe to a stranger's full JID reveals nothing",
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(`<presence type='probe' to='${bob.full}'/>`);
      await alice.receivesNo(availableOtherThan(alice.full));
    },
  ),
  rule(
    'RFC 6121 §4.3.2; RFC 3921 §5.1.3',
    'a probe is answered by the server: no client sees it',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      alice.sends(`<presence type='probe' to='${bob.full}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'a resource that is connected but not available is not shown to a probe',
    async ({ alice, bob, conversation }) => {
      await follows(alice, bob);
      const silent = await bob.logsIn('silent');
      await conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
      await alice.receivesNo((stanza) => stanza.attrs['from'] === silent.full);
    },
  ),
  rule(
    'RFC 6121 §4.3.2',
    'directed presence is no answer to the probes of subscribers: a resource that only directed is not shown',
    async ({ alice, bob, carol, conversation }) => {
      await follows(alice, bob);
      await online(carol);
      await bob.leaves();
      const hidden = await bob.logsIn('hidden');
      hidden.sends(`<presence to='${carol.bare}'/>`);
      await carol.receives(`<presence from='${hidden.full}'/>`);
      await conversation.quiets();
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      await alice.receivesOnly(`<presence type='unavailable' from='${bob.bare}'/>`);
    },
  ),
];
