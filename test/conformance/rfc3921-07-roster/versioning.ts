// RFC 6121 §2.6: clients that know an older roster.

import { child, children } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Device } from '../conversation/device.ts';
import { befriend } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { roster } from './items.ts';

export const rosterVersioning: readonly Rule[] = [
  rule('RFC 6121 §2.6.1', 'the server says that it can', async ({ alice }) => {
    const home = await alice.logsIn();
    expect(child(home.client.features, 'ver', 'urn:xmpp:features:rosterver')).toBeDefined();
  }),
  rule(
    'RFC 6121 §2.6.2; RFC 6121 §2.6.3',
    'a client that has none yet asks with an empty version and gets all, with a version',
    async ({ alice, bob }) => {
      const home = await alice.logsIn();
      await home.sets(roster(`<item jid='${bob.bare}'/>`));
      const { items, version } = await askFor(home, '');
      expect(items).toHaveLength(1);
      expect(version).toBeTruthy();
    },
  ),
  rule(
    'RFC 6121 §2.6.3',
    'a client that knows the current version gets an empty result and no pushes',
    async ({ alice, bob }) => {
      const home = await alice.logsIn();
      await home.sets(roster(`<item jid='${bob.bare}'/>`));
      const { version = '' } = await askFor(home, '');
      const later = await alice.logsIn('later');
      expect(await askFor(later, version)).toMatchObject({ items: undefined });
      await later.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.6.3; RFC 6121 §2.6.2',
    'every push carries a version, and the last is the current one',
    async ({ alice, bob, carol }) => {
      const home = await alice.logsIn();
      await home.getsRoster();
      await home.sets(roster(`<item jid='${bob.bare}'/>`));
      await home.sets(roster(`<item jid='${carol.bare}'/>`));
      const versions = await pushVersions(home, 2);
      expect(versions.every((version) => version !== undefined && version !== '')).toBe(true);
      expect(versions[0]).not.toBe(versions[1]);
      const later = await alice.logsIn('later');
      expect(await askFor(later, versions[1] ?? '')).toMatchObject({ items: undefined });
    },
  ),
  rule(
    'RFC 6121 §2.6.3',
    'a client that knows an older version gets what has changed since, by pushes, and no more',
    async ({ alice, bob, carol, dave }) => {
      const home = await alice.logsIn();
      for (const { bare } of [bob, carol, dave]) await home.sets(roster(`<item jid='${bare}'/>`));
      const { version: old = '' } = await askFor(home, '');
      await home.sets(roster(`<item jid='${carol.bare}' name='Carol'/>`));
      await home.sets(roster(`<item jid='${bob.bare}' subscription='remove'/>`));

      const later = await alice.logsIn('later');
      expect(await askFor(later, old)).toMatchObject({ items: undefined });
      await later.receivesPush(carol.bare, { name: 'Carol' });
      await later.receivesPush(bob.bare, { subscription: 'remove' });
      await later.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.6.3',
    'an item that has changed several times since is pushed once, as it is now',
    async ({ alice, bob, carol }) => {
      const home = await alice.logsIn();
      for (const { bare } of [bob, carol]) await home.sets(roster(`<item jid='${bare}'/>`));
      const { version: old = '' } = await askFor(home, '');
      for (const name of ['Bob', 'Robert'])
        await home.sets(roster(`<item jid='${bob.bare}' name='${name}'/>`));
      await home.sets(roster(`<item jid='${carol.bare}' subscription='remove'/>`));
      await home.sets(roster(`<item jid='${carol.bare}' name='Carol'/>`));

      const later = await alice.logsIn('later');
      expect(await askFor(later, old)).toMatchObject({ items: undefined });
      await later.receivesPush(bob.bare, { name: 'Robert' });
      await later.receivesPush(carol.bare, { name: 'Carol', subscription: 'none' });
      await later.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.6.3; RFC 6121 §2.6.4',
    'what has changed since is still known after a restart of the server',
    async ({ alice, bob, carol, server }) => {
      const home = await alice.logsIn();
      for (const { bare } of [bob, carol]) await home.sets(roster(`<item jid='${bare}'/>`));
      const { version: old = '' } = await askFor(home, '');
      await home.sets(roster(`<item jid='${bob.bare}' subscription='remove'/>`));
      await server.restart();
      const later = await alice.logsIn('later');
      expect(await askFor(later, old)).toMatchObject({ items: undefined });
      await later.receivesPush(bob.bare, { subscription: 'remove' });
      await later.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.6.3',
    'a change of subscription makes a new version too',
    async ({ alice, bob }) => {
      const home = await alice.comesOnline();
      const { version: old = '' } = await askFor(home, '');
      await befriend(alice, bob);
      const later = await alice.logsIn('later');
      const { items } = await askFor(later, old);
      if (items === undefined) await later.receivesPush(bob.bare, { subscription: 'both' });
      else expect(items[0]?.attrs).toMatchObject({ subscription: 'both' });
    },
  ),
  rule(
    'RFC 6121 §2.6.3',
    'a client that knows a version which the server does not gets all',
    async ({ alice, bob }) => {
      const home = await alice.logsIn();
      await home.sets(roster(`<item jid='${bob.bare}'/>`));
      const { items, version } = await askFor(home, 'never-heard-of');
      expect(items).toHaveLength(1);
      expect(version).toBeTruthy();
    },
  ),
  rule(
    'RFC 6121 §2.6.3; RFC 6121 §2.6.4',
    'versions keep their meaning over a restart of the server',
    async ({ alice, bob, carol, server }) => {
      const home = await alice.logsIn();
      await home.sets(roster(`<item jid='${bob.bare}'/>`));
      const { version: old = '' } = await askFor(home, '');
      await home.sets(roster(`<item jid='${carol.bare}'/>`));
      const { version: current = '' } = await askFor(home, '');
      await server.restart();

      const later = await alice.logsIn('later');
      expect(await askFor(later, current)).toMatchObject({ items: undefined });
      const { items } = await askFor(later, old);
      if (items === undefined) await later.receivesPush(carol.bare);
      else expect(items).toHaveLength(2);
    },
  ),
];

interface Answer {
  /** Undefined if the result was empty. */
  readonly items: readonly XmlElement[] | undefined;
  readonly version: string | undefined;
}

async function askFor(device: Device, version: string): Promise<Answer> {
  const answer = await device.gets(`<query xmlns='jabber:iq:roster' ver='${version}'/>`);
  const query = child(answer, 'query');
  return { items: query && children(query, 'item'), version: query?.attrs['ver'] };
}

async function pushVersions(
  device: Device,
  count: number,
): Promise<readonly (string | undefined)[]> {
  const versions: (string | undefined)[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    const push = await device.receives(`<iq type='set'><query xmlns='jabber:iq:roster'/></iq>`);
    versions.push(child(push, 'query')?.attrs['ver']);
  }
  return versions;
}
