// RFC 3921 §2.2, RFC 6121 §4.7: what a presence stanza may look like, and what becomes of one that may not.

import { child, childText, children, escapeXml, text } from '@rollcall/testkit';
import { expect } from 'vitest';
import { rule } from '../conversation/rule.ts';
import type { Chapter, Cast } from '../conversation/rule.ts';
import { errorCondition } from '../conversation/device.ts';
import { befriend, follows, online } from '../conversation/relations.ts';

/** As no serialiser would write it. */
const oddlyWritten =
  `<x  xmlns="urn:example:outer" b='2'\ta="1"><y>&#x41;&gt;&amp;<![CDATA[<raw>]]></y >` +
  `<p:z xmlns:p='urn:example:p'></p:z>\n</x>`;

export const chapter: Chapter = {
  title: 'Presence syntax (RFC 3921 §2.2)',
  rules: [
    rule(
      'RFC 6121 §4.7.1; RFC 3921 §2.2.1',
      'a type that is not defined is refused with bad-request and not broadcast',
      ({ alice, bob }) => isRefusedAndNotBroadcast({ alice, bob }, `<presence type='invisible'/>`),
    ),
    rule(
      'RFC 6121 §4.7.2.1; RFC 3921 §2.2.2.1',
      'show is away, chat, dnd or xa, and is passed on',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        for (const show of ['away', 'chat', 'dnd', 'xa']) {
          alice.sends(`<presence><show>${show}</show></presence>`);
          await bob.receives(`<presence from='${alice.full}'><show>${show}</show></presence>`);
        }
      },
    ),
    rule(
      'RFC 6121 §4.7.2.1; RFC 3921 §2.2.2.1',
      'a show that is not defined is refused with bad-request and not broadcast',
      ({ alice, bob }) =>
        isRefusedAndNotBroadcast({ alice, bob }, '<presence><show>busy</show></presence>'),
    ),
    rule(
      'RFC 6121 §4.7.2.1; RFC 3921 §2.2.2.1',
      'there is not more than one show',
      ({ alice, bob }) =>
        isRefusedAndNotBroadcast(
          { alice, bob },
          '<presence><show>away</show><show>dnd</show></presence>',
        ),
    ),
    rule(
      'RFC 6121 §4.7.2.2; RFC 3921 §2.2.2.2',
      'status may be there several times, in different languages, and all are passed on',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(
          `<presence xml:lang='en'><status>Wooing Juliet</status>` +
            `<status xml:lang='cs'>Dvořím se Julii</status></presence>`,
        );
        const presence = await bob.receives(`<presence from='${alice.full}'/>`);
        const statuses = children(presence, 'status').map((status) => [
          status.attrs['xml:lang'] ?? presence.attrs['xml:lang'],
          text(status),
        ]);
        expect(statuses).toEqual([
          ['en', 'Wooing Juliet'],
          ['cs', 'Dvořím se Julii'],
        ]);
      },
    ),
    rule(
      'RFC 6121 §4.7.2.2; RFC 3921 §2.2.2.2',
      'there is not more than one status in one language',
      ({ alice, bob }) =>
        isRefusedAndNotBroadcast(
          { alice, bob },
          `<presence xml:lang='en'><status>here</status><status xml:lang='en'>there</status></presence>`,
        ),
    ),
    rule(
      'RFC 6121 §4.7.2.3; RFC 3921 §2.2.2.3',
      'priority is an integer from -128 to +127, and is passed on',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        for (const priority of ['-128', '-1', '0', '127']) {
          alice.sends(`<presence><priority>${priority}</priority></presence>`);
          await bob.receives(
            `<presence from='${alice.full}'><priority>${priority}</priority></presence>`,
          );
        }
      },
    ),
    ...['128', '-129', 'high', '1.5'].map((priority) =>
      rule(
        'RFC 6121 §4.7.2.3; RFC 3921 §2.2.2.3',
        `the priority ${priority} is none: it is refused with bad-request and not broadcast`,
        ({ alice, bob }) =>
          isRefusedAndNotBroadcast(
            { alice, bob },
            `<presence><priority>${priority}</priority></presence>`,
          ),
      ),
    ),
    rule(
      'RFC 6121 §4.7.2.3; RFC 3921 §2.2.2.3',
      'there is not more than one priority',
      ({ alice, bob }) =>
        isRefusedAndNotBroadcast(
          { alice, bob },
          '<presence><priority>1</priority><priority>2</priority></presence>',
        ),
    ),
    rule(
      'RFC 6121 §4.7.3; RFC 3921 §2.4',
      'extended content is passed on untouched: namespaces, prefixes, attributes, white space, characters of all planes',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        const tricky = ' <&>"\'  žluť \u{1F600} ';
        const tabbed = `\ttab\nline${tricky}`;
        alice.sends(
          `<presence><status>here</status>` +
            `<x xmlns='urn:example:outer' xmlns:p='urn:example:prefixed' a='${escapeXml(tricky)}' p:b='2'>` +
            `<p:y>${escapeXml(tabbed)}</p:y><z xmlns=''/><![CDATA[<raw>]]></x>` +
            `<x xmlns='urn:example:outer'>again</x></presence>`,
        );
        const presence = await bob.receives(
          `<presence from='${alice.full}'><status>here</status></presence>`,
        );
        const [first, second] = children(presence, 'x', 'urn:example:outer');
        expect(first?.attrs).toEqual(
          expect.objectContaining({ a: tricky, '{urn:example:prefixed}b': '2' }),
        );
        expect(first && childText(first, 'y', 'urn:example:prefixed')).toBe(tabbed);
        expect(first && child(first, 'z', '')).toBeDefined();
        expect(first && text(first)).toBe('<raw>');
        expect(second && text(second)).toBe('again');
      },
    ),
    rule(
      'RFC 6121 §4.7.3; RFC 3921 §2.4',
      'extended content arrives byte for byte: nobody on the way has a reason to write it anew',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence><status>exact</status>${oddlyWritten}</presence>`);
        await bob.receives(`<presence from='${alice.full}'><status>exact</status></presence>`);
        expect(bob.device.client.connection.received).toContain(oddlyWritten);
      },
    ),
    rule(
      'RFC 6121 §4.7.3; RFC 6121 §4.3.2; RFC 3921 §2.4',
      'extended content of current presence is told byte for byte to who logs in later or probes',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence>${oddlyWritten}</presence>`);
        await bob.receives(`<presence from='${alice.full}'/>`);
        await bob.leaves();
        const later = await bob.comesOnline('later');
        await later.receives(`<presence from='${alice.full}'/>`);
        later.sends(`<presence type='probe' to='${alice.bare}'/>`);
        await later.receives(`<presence from='${alice.full}'/>`);
        expect(later.client.connection.received.split(oddlyWritten)).toHaveLength(3);
      },
    ),
    rule(
      'RFC 6121 §3.1.3; RFC 6121 §4.7.3',
      'extended content of a request that waits is kept byte for byte, over a restart too',
      async ({ alice, bob, server }) => {
        await online(alice);
        alice.sends(`<presence type='subscribe' to='${bob.bare}'>${oddlyWritten}</presence>`);
        await alice.receivesPush(bob.bare, { ask: 'subscribe' });
        await alice.conversation.settles();
        await server.restart();
        const home = await bob.comesOnline();
        await home.receives(`<presence type='subscribe' from='${alice.bare}'/>`);
        expect(home.client.connection.received).toContain(oddlyWritten);
      },
    ),
    rule(
      'XEP-0318 §3.1; RFC 6121 §4.7.3',
      'extended content of the last presence is kept byte for byte, over a restart too',
      async ({ alice, bob, server }) => {
        await follows(bob, alice);
        await alice.device.leaves(`<presence type='unavailable'>${oddlyWritten}</presence>`);
        await bob.receives(`<presence type='unavailable'/>`);
        await server.restart();
        const later = await bob.comesOnline('later');
        later.sends(`<presence type='probe' to='${alice.bare}'/>`);
        await later.receives(`<presence type='unavailable' from='${alice.bare}'/>`);
        expect(later.client.connection.received).toContain(oddlyWritten);
      },
    ),
    rule(
      'RFC 6121 §4.7.3',
      'an element named show in another namespace is extended content, not a show',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence><show xmlns='urn:example:theatre'>Hamlet</show></presence>`);
        await bob.receives(
          `<presence from='${alice.full}'><show xmlns='urn:example:theatre'>Hamlet</show></presence>`,
        );
      },
    ),
    rule(
      'RFC 6120 §8.1.2.1',
      'whatever from a client writes, others see its full JID',
      async ({ alice, bob }) => {
        await follows(bob, alice);
        alice.sends(`<presence from='${alice.full}'><status>with</status></presence>`);
        await bob.receives(`<presence from='${alice.full}'><status>with</status></presence>`);
        alice.sends(`<presence><status>without</status></presence>`);
        await bob.receives(`<presence from='${alice.full}'><status>without</status></presence>`);
      },
    ),
    rule(
      'RFC 6120 §8.3.1',
      'a stanza that was refused changes nothing: the next one is treated as if it had not been',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        alice.sends(`<presence id='bad'><show>busy</show></presence>`);
        await alice.receives((stanza) => errorCondition(stanza) === 'bad-request');
        alice.sends('<presence><show>away</show></presence>');
        await bob.receivesOnly(`<presence from='${alice.full}'><show>away</show></presence>`);
      },
    ),
  ],
};

async function isRefusedAndNotBroadcast(
  { alice, bob }: Pick<Cast, 'alice' | 'bob'>,
  presence: string,
): Promise<void> {
  await follows(bob, alice);
  alice.sends(presence);
  await alice.receives(
    (stanza) => stanza.name === 'presence' && errorCondition(stanza) === 'bad-request',
  );
  await bob.receivesNothing();
}
