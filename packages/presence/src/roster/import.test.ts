import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { rosterGet, TestUser } from '../../test/test-user.ts';
import type { ImportedItem } from '../input.ts';
import { exportedItems } from './exported-items.ts';

const romeo = {
  jid: 'romeo@x' as BareJid,
  state: 'Both',
  name: 'Romeo',
  groups: ['Friends'],
} as const;

function imported(user: TestUser, ...items: readonly ImportedItem[]): readonly string[] {
  return user.tell({ kind: 'rosterImported', items });
}

describe('an import', () => {
  test('is what an export gives back', () => {
    const user = new TestUser('juliet@x');
    const nurse = { jid: 'nurse@x' as BareJid, state: 'None + Pending In', groups: [] } as const;
    expect(imported(user, romeo, nurse)).toEqual(['save head']);
    expect(exportedItems(user.state)).toEqual([romeo, nurse]);
  });

  test('replaces an item that is there', () => {
    const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'To' } });
    imported(user, { jid: romeo.jid, state: 'From', groups: [] });
    expect(exportedItems(user.state)).toEqual([{ jid: romeo.jid, state: 'From', groups: [] }]);
  });

  test('is shown at once to a session that is online, and lets it see and be seen', () => {
    const user = new TestUser('juliet@x');
    user.comes('balcony');
    user.sends('balcony', rosterGet());
    const effects = imported(user, romeo);
    expect(effects[1]).toContain(`<item jid='romeo@x' subscription='both' name='Romeo'>`);
    expect(effects.slice(2)).toEqual([
      `broadcast <presence from='juliet@x/balcony'/> to romeo@x`,
      'probe romeo@x for juliet@x (approval)',
    ]);
  });

  test('that takes a subscription away is seen at both ends', () => {
    const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' } });
    user.comes('balcony');
    expect(imported(user, { ...romeo, state: 'None' }).slice(1)).toEqual([
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to romeo@x`,
      `balcony < <presence type='unavailable' from='romeo@x'/>`,
    ]);
  });

  test('of a request shows it at the next login', () => {
    const user = new TestUser('juliet@x');
    imported(user, { jid: romeo.jid, state: 'None + Pending In', groups: [] });
    expect(user.comes('balcony')).toContain(
      `balcony < <presence type='subscribe' from='romeo@x' to='juliet@x'/>`,
    );
  });

  test('of oneself, or for nobody, changes nothing', () => {
    const self = { jid: 'juliet@x' as BareJid, state: 'Both', groups: [] } as const;
    expect(imported(new TestUser('juliet@x'), self)).toEqual([]);
    expect(imported(new TestUser('nobody@x', { exists: false }), romeo)).toEqual([]);
  });
});
