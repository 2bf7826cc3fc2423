// RFC 6121 §4.4: changes of presence in the middle of a session.

import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

export const presenceBroadcast: readonly Rule[] = [
  rule(
    'RFC 6121 §4.4.2; RFC 6121 §4.4.3; RFC 3921 §5.1.2',
    'a change goes to every available resource of every contact with a subscription from the user',
    async ({ alice, bob, carol, conversation }) => {
      await befriend(alice, bob);
      await follows(carol, alice);
      const phone = await bob.comesOnline('phone');
      await conversation.quiets();

      alice.sends('<presence><show>away</show><status>gone fishing</status></presence>');
      const change = `<presence from='${alice.full}'><show>away</show><status>gone fishing</status></presence>`;
      await bob.receivesOnly(change);
      await phone.receivesOnly(change);
      await carol.receivesOnly(change);
    },
  ),
  rule(
    'RFC 6121 §4.4.2; RFC 3921 §5.1.2',
    "a change goes to the user's own other resources",
    async ({ alice, conversation }) => {
      const home = await alice.comesOnline('home');
      const phone = await alice.comesOnline('phone');
      await conversation.quiets();
      home.sends('<presence><show>dnd</show></presence>');
      await phone.receivesOnly(`<presence from='${home.full}'><show>dnd</show></presence>`);
    },
  ),
  rule(
    'RFC 6121 §4.4.2; RFC 3921 §5.1.2',
    'a change goes to nobody without a subscription from the user',
    async ({ alice, bob, carol, dave }) => {
      await online(carol, dave);
      await follows(alice, bob);
      dave.sends(`<presence type='subscribe' to='${alice.bare}'/>`);
      await alice.receives(`<presence type='subscribe'/>`);
      await alice.conversation.quiets();

      alice.sends('<presence><show>away</show></presence>');
      await bob.receivesNothing();
      await carol.receivesNothing();
      await dave.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.4.3',
    'a change is not delivered to a resource that is connected but not available',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const silent = await bob.logsIn('silent');
      await silent.getsRoster();
      alice.sends('<presence><show>away</show></presence>');
      await bob.receivesOnly(`<presence from='${alice.full}'><show>away</show></presence>`);
      await silent.receivesNothing();
    },
  ),
  rule(
    'RFC 6120 §10.1; RFC 6121 §4.4.2',
    'changes arrive in the order in which they were made',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      const statuses = ['one', 'two', 'three'];
      alice.sends(
        statuses.map((status) => `<presence><status>${status}</status></presence>`).join(''),
      );
      await bob.receivesOnly(
        ...statuses.map(
          (status) => `<presence from='${alice.full}'><status>${status}</status></presence>`,
        ),
      );
    },
  ),
  ...['away', 'chat', 'dnd', 'xa'].map((show) =>
    rule(
      'RFC 3921 §5.2; RFC 6121 §4.4.1',
      `availability may be refined: ${show}`,
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence><show>${show}</show></presence>`);
        await bob.receivesOnly(`<presence from='${alice.full}'><show>${show}</show></presence>`);
      },
    ),
  ),
  rule(
    'RFC 3921 §5.3; RFC 6121 §4.4.1',
    'a status may say more, and goes when a presence without one is sent',
    async ({ alice, bob }) => {
      await follows(bob, alice);
      alice.sends('<presence><status>Would be wooing</status></presence>');
      await bob.receivesOnly(
        `<presence from='${alice.full}'><status>Would be wooing</status></presence>`,
      );
      alice.sends('<presence/>');
      await bob.receivesOnly(
        (stanza) =>
          stanza.attrs['from'] === alice.full &&
          stanza.children.every((node) => typeof node === 'string' || node.name !== 'status'),
      );
    },
  ),
  rule(
    'RFC 3921 §5.4; RFC 6121 §4.7.2.3',
    'a resource with a negative priority broadcasts and hears presence like any other',
    async ({ alice, bob, conversation }) => {
      await befriend(alice, bob);
      const bot = await alice.comesOnline('bot', '<presence><priority>-1</priority></presence>');
      await bob.receives(`<presence from='${bot.full}'><priority>-1</priority></presence>`);
      await conversation.quiets();
      bob.sends('<presence><show>xa</show></presence>');
      await bot.receivesOnly(`<presence from='${bob.full}'><show>xa</show></presence>`);
    },
  ),
  rule(
    'RFC 3921 §5.1.2; RFC 6121 §4.2.2',
    'a contact whose error came back is told nothing more until it is heard from',
    async ({ alice, bob }) => {
      await befriend(alice, bob);
      alice.sends('<presence><show>away</show></presence>');
      await bob.receives(`<presence from='${alice.full}'/>`);
      bob.sends(
        `<presence type='error' to='${alice.full}'><error type='cancel'>` +
          `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      );
      await alice.conversation.quiets();

      alice.sends('<presence><show>xa</show></presence>');
      await bob.receivesNothing();

      bob.sends('<presence><status>here again</status></presence>');
      await alice.receives(`<presence from='${bob.full}'/>`);
      alice.sends('<presence><show>dnd</show></presence>');
      await bob.receives(`<presence from='${alice.full}'><show>dnd</show></presence>`);
    },
  ),
];
