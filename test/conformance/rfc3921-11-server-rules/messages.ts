// RFC 6121 §8.5, messages: who gets them, and what the sender is told when nobody does.

import { expect } from 'vitest';
import { errorCondition } from '../conversation/device.ts';
import type { Person } from '../conversation/person.ts';
import { online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { message, messageFrom } from '../conversation/stanzas.ts';

export const messageRules: readonly Rule[] = [
  rule(
    'RFC 6121 §8.5.3.1; RFC 3921 §11.1',
    'a message to a full JID goes to that resource, available or not, whatever its priority',
    async ({ alice, bob }) => {
      await online(alice, bob);
      const connected = await bob.logsIn('connected');
      const bot = await bob.comesOnline('bot', '<presence><priority>-5</priority></presence>');
      await bob.conversation.quiets();
      for (const device of [bob.device, connected, bot]) {
        alice.sends(message(device.full, `for ${device.full}`));
      }
      for (const device of [bob.device, connected, bot]) {
        await device.receivesOnly(messageFrom(alice.full, `for ${device.full}`));
      }
    },
  ),
  ...['chat', undefined].map((type) =>
    rule(
      'RFC 6121 §8.5.2.1.1; RFC 3921 §11.1',
      `a message of type ${type ?? 'normal'} to a bare JID goes to the resource with the highest priority, or to all that are not negative`,
      async ({ alice, bob }) => {
        await online(alice);
        const home = await bob.comesOnline('home', '<presence><priority>5</priority></presence>');
        const phone = await bob.comesOnline('phone', '<presence><priority>1</priority></presence>');
        const bot = await bob.comesOnline('bot', '<presence><priority>-1</priority></presence>');
        const connected = await bob.logsIn('connected');
        await bob.conversation.quiets();
        alice.sends(message(bob.bare, 'hello', type));
        await home.receivesOnly(messageFrom(alice.full, 'hello', type));
        await bot.receivesNothing();
        await connected.receivesNothing();
        await phone.receivesNo((stanza) => stanza.name !== 'message');
      },
    ),
  ),
  rule(
    'RFC 6121 §8.5.2.1.1',
    'a headline to a bare JID goes to every resource that is not negative',
    async ({ alice, bob }) => {
      await online(alice);
      const home = await bob.comesOnline('home', '<presence><priority>5</priority></presence>');
      const phone = await bob.comesOnline('phone', '<presence><priority>1</priority></presence>');
      const bot = await bob.comesOnline('bot', '<presence><priority>-1</priority></presence>');
      await bob.conversation.quiets();
      alice.sends(message(bob.bare, 'news', 'headline'));
      await home.receivesOnly(messageFrom(alice.full, 'news', 'headline'));
      await phone.receivesOnly(messageFrom(alice.full, 'news', 'headline'));
      await bot.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.2.1.1',
    'a groupchat message to a bare JID is refused with service-unavailable',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(message(bob.bare, 'all together', 'groupchat'));
      await isToldUnavailable(alice);
      await bob.receivesNothing();
    },
  ),
  rule('RFC 6121 §8.5.2.1.1', 'an error to a bare JID is ignored', async ({ alice, bob }) => {
    await online(alice, bob);
    alice.sends(errorMessage(bob.bare));
    await bob.receivesNothing();
    await alice.receivesNothing();
  }),
  rule(
    'RFC 6121 §8.5.2.1.1; RFC 3921 §11.1; RFC 3921 §5.4',
    'a user with negative resources alone is to messages like one who is offline',
    async ({ alice, bob }) => {
      await online(alice);
      await bob.comesOnline('bot', '<presence><priority>-1</priority></presence>');
      await bob.conversation.quiets();
      alice.sends(message(bob.bare, 'hello'));
      await isToldUnavailable(alice);
      await bob.receivesNothing();
    },
  ),
  ...['chat', undefined, 'groupchat'].map((type) =>
    rule(
      'RFC 6121 §8.5.2.2.1; RFC 3921 §11.1',
      `a message of type ${type ?? 'normal'} to one who is offline is answered with service-unavailable, where there is no offline store`,
      async ({ alice, bob }) => {
        await online(alice);
        alice.sends(message(bob.bare, 'hello', type));
        await isToldUnavailable(alice);
      },
    ),
  ),
  rule(
    'RFC 6121 §8.5.2.2.1',
    'headlines and errors to one who is offline are dropped',
    async ({ alice, bob }) => {
      await online(alice);
      alice.sends(message(bob.bare, 'news', 'headline'));
      alice.sends(errorMessage(bob.bare));
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.3.2.1',
    'a chat message to a resource that is not there goes the way of the bare JID',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(message(`${bob.bare}/elsewhere`, 'hello', 'chat'));
      await bob.receivesOnly(messageFrom(alice.full, 'hello', 'chat'));
    },
  ),
  ...['groupchat', 'headline', undefined].map((type) =>
    rule(
      'RFC 6121 §8.5.3.2.1',
      `a message of type ${type ?? 'normal'} to a resource that is not there goes to no other`,
      async ({ alice, bob }) => {
        await online(alice, bob);
        alice.sends(message(`${bob.bare}/elsewhere`, 'hello', type));
        await bob.receivesNothing();
      },
    ),
  ),
  rule(
    'RFC 6121 §8.5.2.1.1',
    'a message keeps the address that it was sent to, also where it goes to a resource',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(message(bob.bare, 'to all of you', 'chat'));
      const received = await bob.receives(messageFrom(alice.full, 'to all of you', 'chat'));
      expect(received.attrs['to']).toBe(bob.bare);
    },
  ),
  rule(
    'RFC 6121 §8.5.3.2.1; RFC 6120 §8.3.1',
    'an error to a resource that is not there is dropped',
    async ({ alice, bob }) => {
      await online(alice, bob);
      alice.sends(errorMessage(`${bob.bare}/elsewhere`));
      await alice.receivesNothing();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.5.1; RFC 3921 §11.1',
    'a message to an account that does not exist is answered with service-unavailable',
    async ({ alice, server }) => {
      await online(alice);
      alice.sends(message(`nobody-of-that-name@${server.domain}`, 'hello'));
      await isToldUnavailable(alice);
    },
  ),
  rule(
    'RFC 6121 §8.5.1; RFC 6120 §8.3.1; RFC 3921 §11.1',
    'an error is never answered with an error',
    async ({ alice, server }) => {
      await online(alice);
      const nobody = `nobody-of-that-name@${server.domain}`;
      alice.sends(errorMessage(nobody));
      alice.sends(
        `<iq type='error' id='e' to='${nobody}'><error type='cancel'>` +
          `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      alice.sends(
        `<presence type='error' to='${nobody}'><error type='cancel'>` +
          `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      );
      await alice.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §8.2.1; RFC 3921 §11.2',
    'a message without an address is one to oneself',
    async ({ alice }) => {
      await online(alice);
      alice.sends(`<message><body>note to self</body></message>`);
      await alice.receives(messageFrom(alice.full, 'note to self'));
    },
  ),
  rule(
    'RFC 6121 §8.3; RFC 3921 §11.2',
    'a message to a domain that cannot be reached comes back as an error',
    async ({ alice }) => {
      await online(alice);
      alice.sends(message('juliet@capulet.invalid', 'hello'));
      await alice.receives((stanza) => {
        const condition = errorCondition(stanza) ?? '';
        return [
          'remote-server-not-found',
          'remote-server-timeout',
          'service-unavailable',
          'not-allowed',
        ].includes(condition);
      });
    },
  ),
  rule(
    'RFC 6120 §8.1.2.1',
    'nobody speaks in the name of another',
    async ({ alice, bob, carol }) => {
      await online(alice, bob);
      alice.sends(
        `<message from='${carol.bare}/home' to='${bob.full}'><body>I am Carol</body></message>`,
      );
      alice.sends(`<presence from='${carol.bare}' to='${bob.bare}' type='subscribe'/>`);
      // Refused, overwritten, or the end of the stream: all of it is the server's choice.
      await alice.device.client.ping().catch(() => undefined);
      await bob.receivesNo((stanza) => (stanza.attrs['from'] ?? '').startsWith(carol.bare));
    },
  ),
];

function errorMessage(to: string): string {
  return (
    `<message type='error' to='${to}'><error type='cancel'>` +
    `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`
  );
}

async function isToldUnavailable(person: Person): Promise<void> {
  await person.receives(
    (stanza) => stanza.name === 'message' && errorCondition(stanza) === 'service-unavailable',
  );
}
