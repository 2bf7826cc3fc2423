// Rosters of a size that shows how a server keeps them.

import { child } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { befriend } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { roster } from './items.ts';

const size = 2_000;
/** Requests that are on their way at once. */
const window = 100;

export const largeRosters: readonly Rule[] = [
  rule(
    'RFC 6121 §2.2; RFC 6121 §2.3; RFC 3921 §7.3',
    `a roster of ${size} items is kept, and told whole`,
    async ({ alice, server }) => {
      await alice.logsIn();
      await fill(alice, server.domain);
      const items = await alice.device.getsRoster();
      const names = new Map(items.map(({ attrs }) => [attrs['jid'], attrs['name']]));
      expect(names.size).toBe(size);
      for (const [index, jid] of contacts(server.domain).entries()) {
        expect(names.get(jid)).toBe(`Contact ${index}`);
      }
    },
  ),
  rule(
    'RFC 6121 §2.6.2; RFC 6121 §2.4',
    `in a roster of ${size} items, a change of one is told to a client that knows the rest by one push`,
    async ({ alice, server }) => {
      const phone = await alice.logsIn('phone');
      await fill(alice, server.domain);
      const known = await phone.gets(`<query xmlns='jabber:iq:roster' ver=''/>`);
      const version = child(known, 'query')?.attrs['ver'] ?? '';
      const [changed] = contacts(server.domain);
      await phone.sets(roster(`<item jid='${changed}' name='Other'/>`));
      const home = await alice.logsIn('home');
      const answer = await home.gets(`<query xmlns='jabber:iq:roster' ver='${version}'/>`);
      expect(answer.children).toEqual([]);
      await home.receivesPush(changed ?? '', { name: 'Other' });
      await home.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §4.2.2; RFC 6121 §4.4.2',
    `one with ${size} contacts who are not there is seen by the one who is`,
    async ({ alice, bob, server }) => {
      await befriend(alice, bob);
      await fill(alice, server.domain);
      await alice.leaves();
      await bob.receives(`<presence type='unavailable'/>`);
      await alice.comesOnline('later');
      await bob.receives(`<presence from='${alice.full}'/>`);
      await alice.receives(`<presence from='${bob.full}'/>`);
    },
  ),
];

function contacts(domain: string): readonly string[] {
  return Array.from({ length: size }, (_, index) => `contact${index}@${domain}`);
}

async function fill(person: Person, domain: string): Promise<void> {
  const jids = contacts(domain);
  for (let start = 0; start < jids.length; start += window) {
    const some = jids.slice(start, start + window);
    await Promise.all(
      some.map((jid, index) =>
        person.sets(roster(`<item jid='${jid}' name='Contact ${start + index}'/>`)),
      ),
    );
  }
}
