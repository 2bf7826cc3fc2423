// RFC 6121 §4.5: the end of a presence session, said or not said.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import { befriend, follows } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const unavailablePresence: readonly Rule[] = [
  rule(
    'RFC 6121 §4.5.2; RFC 6121 §4.5.3; RFC 3921 §5.1.5',
    'unavailable presence, with its status, goes to every contact with a subscription from the user, once',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      await follows(carol, alice);
      const { full } = alice;
      await alice.device.leaves(
        `<presence type='unavailable'><status>Going offline.</status><x xmlns='urn:example:x'/></presence>`,
      );
      const gone =
        `<presence type='unavailable' from='${full}'>` +
        `<status>Going offline.</status><x xmlns='urn:example:x'/></presence>`;
      await bob.receivesOnly(gone);
      await carol.receivesOnly(gone);
    },
  ),
  rule(
    'RFC 6121 §4.5.2; RFC 3921 §5.1.5',
    "unavailable presence goes to the user's other available resources",
    async ({ alice, conversation }) => {
      const home = await alice.comesOnline('home');
      const phone = await alice.comesOnline('phone');
      await conversation.quiets();
      await home.leaves();
      await phone.receivesOnly(`<presence type='unavailable' from='${home.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.5.1; RFC 6121 §4.5.2; RFC 3921 §5.1.5',
    'when the connection breaks, the server says unavailable for the resource',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const { full } = alice;
      await alice.device.vanishes();
      await bob.receives(`<presence type='unavailable' from='${full}'/>`);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.5.1; RFC 6121 §4.5.2; RFC 3921 §5.1.5',
    'when the stream is closed without a word, the server says unavailable for the resource',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const { full } = alice;
      await alice.device.client.close();
      await bob.receives(`<presence type='unavailable' from='${full}'/>`);
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.5.2; RFC 3921 §5.1.5',
    'one resource going says nothing of the others',
    async ({ alice, bob, conversation }) => {
      await befriend(alice, bob);
      const phone = await alice.comesOnline('phone');
      await conversation.quiets();
      await phone.leaves();
      await bob.receivesOnly(`<presence type='unavailable' from='${phone.full}'/>`);
      bob.sends(`<presence type='probe' to='${alice.bare}'/>`);
      await bob.receivesOnly(`<presence from='${alice.full}'/>`);
    },
  ),
  rule(
    'RFC 6121 §4.5.3; RFC 3921 §5.1.5',
    'a resource that said unavailable hears no more presence',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      alice.sends(`<presence type='unavailable'/>`);
      await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
      await alice.conversation.quiets();
      bob.sends('<presence><show>away</show></presence>');
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 3921 §5.1.5',
    'available presence after unavailable is initial presence again',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      alice.sends(`<presence type='unavailable'/>`);
      await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
      await alice.conversation.quiets();
      alice.sends('<presence><show>chat</show></presence>');
      await bob.receivesOnly(`<presence from='${alice.full}'><show>chat</show></presence>`);
      await alice.receivesOnly(`<presence from='${bob.full}'/>`);
    },
  ),
  rule('RFC 6121 §4.5.1', 'the server closes properly when the client does', async ({ alice }) => {
    const home = await alice.comesOnline();
    await home.client.close();
    if (!home.client.connection.received.endsWith('</stream:stream>')) {
      throw new Error('the stream was not closed');
    }
  }),
  rule(
    'RFC 6120 §7.7.2.2',
    'a resource that is bound again ends the older stream with conflict, and in the end is seen as the newer one has it',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const older = alice.device;
      const newer = await alice.logsIn();
      expect(newer.full).toBe(older.full);
      newer.sends('<presence><status>newer</status></presence>');
      await older.receives(
        (stanza) =>
          stanza.name === 'error' &&
          child(stanza, 'conflict', 'urn:ietf:params:xml:ns:xmpp-streams') !== undefined,
      );
      await older.client.connection.closed;
      await bob.receives(`<presence from='${newer.full}'><status>newer</status></presence>`);
      await alice.conversation.quiets();
      bob.sends(`<presence type='probe' to='${newer.full}'/>`);
      await bob.receives(`<presence from='${newer.full}'><status>newer</status></presence>`);
    },
  ),
];
