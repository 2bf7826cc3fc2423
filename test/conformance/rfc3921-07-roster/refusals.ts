// RFC 6121 §2.3.3 and what else a server must not do with a roster.

import { expect } from 'vitest';
import { befriend, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { roster } from './items.ts';

/** Longer than any server's limit, and well below that of a stanza. */
const tooLong = 'x'.repeat(20_000);

export const rosterRefusals: readonly Rule[] = [
  ...refusal('a set without an item', '', ['bad-request']),
  ...refusal('a set with two items', `<item jid='bob@localhost'/><item jid='carol@localhost'/>`, [
    'bad-request',
  ]),
  ...refusal('an item without a JID', `<item name='Bob'/>`, ['bad-request']),
  ...refusal('an item with a JID that is none', `<item jid='@@@'/>`, [
    'bad-request',
    'jid-malformed',
  ]),
  ...refusal(
    'an item with the same group twice',
    `<item jid='bob@localhost'><group>Friends</group><group>Friends</group></item>`,
    ['bad-request'],
  ),
  ...refusal(
    'an item with a group that has no name',
    `<item jid='bob@localhost'><group></group></item>`,
    ['not-acceptable'],
  ),
  ...refusal('an item whose name is too long', `<item jid='bob@localhost' name='${tooLong}'/>`, [
    'not-acceptable',
    'policy-violation',
  ]),
  ...refusal(
    'an item with a group whose name is too long',
    `<item jid='bob@localhost'><group>${tooLong}</group></item>`,
    ['not-acceptable', 'policy-violation'],
  ),
  ...refusal(
    'an item in too many groups',
    `<item jid='bob@localhost'>${Array.from({ length: 2_000 }, (_, index) => `<group>${index}</group>`).join('')}</item>`,
    ['not-acceptable', 'policy-violation'],
  ),
  rule(
    'RFC 6121 §2.1.4; RFC 6121 §2.3.3; RFC 3921 §7.2',
    'nobody reads or changes the roster of another',
    async ({ alice, bob, carol }) => {
      await befriend(alice, bob);
      const conditions = [
        'forbidden',
        'service-unavailable',
        'not-allowed',
        'not-authorized',
        'item-not-found',
      ];
      await alice.isRefused('get', roster(''), conditions, bob.bare);
      await alice.isRefused('set', roster(`<item jid='${carol.bare}'/>`), conditions, bob.bare);
      expect(await bob.rosterItem(carol.bare)).toBeUndefined();
      await bob.receivesNothing();
    },
  ),
  rule(
    'RFC 6121 §2.1.6; RFC 3921 §7.2',
    'a push that another client forges never looks like one from the account',
    async ({ alice, bob, carol }) => {
      await online(alice, bob);
      const item = roster(`<item jid='${carol.bare}' subscription='both'/>`);
      alice.sends(`<iq type='set' id='forged' to='${bob.full}'>${item}</iq>`);
      await bob.receivesNo(
        (stanza) =>
          stanza.name === 'iq' && [undefined, bob.bare, bob.full].includes(stanza.attrs['from']),
      );
      expect(await bob.rosterItem(carol.bare)).toBeUndefined();
    },
  ),
];

function refusal(what: string, items: string, conditions: readonly string[]): readonly Rule[] {
  const sentence = `${what} is refused with ${conditions.join(' or ')}, and changes nothing`;
  return [
    rule('RFC 6121 §2.3.3; RFC 3921 §7.4', sentence, async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', roster(items), conditions);
      expect(await alice.device.getsRoster()).toEqual([]);
      await alice.receivesNothing();
    }),
  ];
}
