// Clients that change their presence all the time. A server may slow them down; what holds in the end must be told.

import { child, text } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { follows } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';

const changes = 100;

export const flapping: readonly Rule[] = [
  rule(
    'RFC 6121 §4.4.2; RFC 6120 §10.1',
    'of a hundred changes in a row the last arrives, and none after a newer one',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      bob.sends(numbered(changes).join(''));
      const last = await alice.receives(statusFrom(bob.full, changes));
      const earlier = fromBefore(alice, bob.full, last).map(numberIn);
      expect(earlier).toEqual([...new Set(earlier)].sort((one, other) => one - other));
      expect(earlier.at(-1) ?? 0).toBeLessThan(changes);
    },
  ),
  rule('RFC 6121 §4.4.2', 'one who has been slowed down is heard again', async ({ alice, bob }) => {
    await follows(alice, bob);
    bob.sends(numbered(changes).join(''));
    await alice.receives(statusFrom(bob.full, changes));
    bob.sends('<presence><status>calm</status></presence>');
    await alice.receives(statusFrom(bob.full, 'calm'));
  }),
  ...([undefined, 'unavailable'] as const).map((type) =>
    rule(
      'RFC 6121 §4.5.2; RFC 6121 §4.2.2',
      `one who comes and goes many times is in the end shown as ${type ?? 'available'}, and so at the next login`,
      async ({ alice, bob }) => {
        await follows(alice, bob);
        const attribute = type === undefined ? '' : ` type='${type}'`;
        const end = `<presence${attribute}><status>end</status></presence>`;
        bob.sends(`<presence type='unavailable'/><presence/>`.repeat(changes / 2) + end);
        const last = await alice.receives(statusFrom(bob.full, 'end'));
        expect(last.attrs['type']).toBe(type);
        await alice.conversation.settles();
        expect(fromAfter(alice, bob.full, last)).toEqual([]);

        const { full } = bob;
        await alice.leaves();
        await alice.comesOnline('later');
        if (type === undefined) await alice.receives(statusFrom(full, 'end'));
        else await alice.receivesNo((stanza) => isAvailable(stanza, full));
      },
    ),
  ),
  rule(
    'RFC 6121 §4.5.2',
    'one whose connection breaks while it is slowed down is shown as unavailable, once and last',
    async ({ alice, bob }) => {
      await follows(alice, bob);
      const { full } = bob;
      bob.sends(numbered(changes).join(''));
      await bob.device.client.ping();
      await bob.device.client.cut();
      const last = await alice.receives(`<presence type='unavailable' from='${full}'/>`);
      await alice.conversation.settles();
      expect(fromAfter(alice, full, last)).toEqual([]);
    },
  ),
];

function numbered(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `<presence><status>${index + 1}</status></presence>`,
  );
}

function statusFrom(from: string, status: string | number): (stanza: XmlElement) => boolean {
  return (stanza) => stanza.attrs['from'] === from && statusOf(stanza) === String(status);
}

function statusOf(stanza: XmlElement): string | undefined {
  const status = child(stanza, 'status');
  return status && text(status);
}

function numberIn(stanza: XmlElement): number {
  return Number(statusOf(stanza));
}

/** What has arrived from there, in order, and is not taken: before that stanza. */
function fromBefore(person: Person, from: string, stanza: XmlElement): readonly XmlElement[] {
  const { connection } = person.device.client;
  const isBefore = (one: XmlElement) => connection.positionOf(one) < connection.positionOf(stanza);
  return connection.unread().filter((one) => one.attrs['from'] === from && isBefore(one));
}

/** The same, after it. */
function fromAfter(person: Person, from: string, stanza: XmlElement): readonly XmlElement[] {
  const before = new Set(fromBefore(person, from, stanza));
  const unread = person.device.client.connection.unread();
  return unread.filter((one) => one.attrs['from'] === from && !before.has(one));
}

function isAvailable({ name, attrs }: XmlElement, from: string): boolean {
  return name === 'presence' && attrs['from'] === from && attrs['type'] === undefined;
}
