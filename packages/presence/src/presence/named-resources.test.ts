import { describe, expect, test } from 'vitest';
import { iq, presence, TestUser } from '../../test/test-user.ts';

const block = (...jids: readonly string[]) =>
  iq('set', `<block xmlns='urn:xmpp:blocking'>${jids.map(item).join('')}</block>`);
const unblock = (...jids: readonly string[]) =>
  iq('set', `<unblock xmlns='urn:xmpp:blocking'>${jids.map(item).join('')}</unblock>`);

function item(jid: string): string {
  return `<item jid='${jid}'/>`;
}

const here = `<presence from='juliet@x/balcony'/>`;
const gone = `<presence type='unavailable' from='juliet@x/balcony'/>`;

function routed(stanza: string, to: string): string {
  return `route ${stanza.replace('/>', ` to='${to}'/>`)}`;
}

function juliet(): TestUser {
  const user = new TestUser('juliet@x', {
    contacts: { 'romeo@x': 'Both', 'nurse@x': 'Both', 'paris@x': 'None' },
  });
  user.comes('balcony');
  return user;
}

describe('one resource of a contact that is blocked (XEP-0191 §6)', () => {
  test('is told at once that the user is gone, and the user that it is', () => {
    const effects = juliet().sends('balcony', block('romeo@x/phone'));
    expect(effects.slice(0, 3)).toEqual([
      'save head',
      routed(gone, 'romeo@x/phone'),
      `balcony < <presence type='unavailable' from='romeo@x/phone'/>`,
    ]);
    expect(effects.join()).not.toContain('broadcast');
  });

  test('is left out of broadcasts, which go to the contact all the same', () => {
    const user = juliet();
    user.sends('balcony', block('romeo@x/phone'));
    user.sends('balcony', presence());
    expect(user.effects).toContainEqual(
      expect.objectContaining({
        kind: 'broadcast',
        to: [['romeo@x', 'nurse@x']],
        except: ['romeo@x/phone'],
      }),
    );
  });

  test('is shown the user again when it is unblocked, and asked', () => {
    const user = juliet();
    user.sends('balcony', block('romeo@x/phone'));
    expect(user.sends('balcony', unblock('romeo@x/phone')).slice(1, 3)).toEqual([
      routed(here, 'romeo@x/phone'),
      `probe romeo@x/phone for juliet@x/balcony (arrival)`,
    ]);
    user.sends('balcony', presence());
    expect(user.effects.some((effect) => 'except' in effect)).toBe(false);
  });

  test('is not told again what the whole contact is told', () => {
    const user = juliet();
    expect(user.sends('balcony', block('romeo@x', 'romeo@x/phone'))).toContain(
      `broadcast ${gone} to romeo@x`,
    );
    expect(user.effects.some(({ kind }) => kind === 'route')).toBe(false);
    user.sends('balcony', unblock('romeo@x'));
    expect(user.effects).toContainEqual(
      expect.objectContaining({ kind: 'broadcast', to: [['romeo@x']], except: ['romeo@x/phone'] }),
    );
  });

  test('of a stranger is told nothing', () => {
    expect(juliet().sends('balcony', block('paris@x/hall')).join()).not.toContain('route');
  });
});

describe('one resource that alone may see the user (XEP-0016 §2.1)', () => {
  const list = (name: string, items: string) =>
    iq('set', `<query xmlns='jabber:iq:privacy'><list name='${name}'>${items}</list></query>`);
  const active = iq('set', `<query xmlns='jabber:iq:privacy'><active name='phone'/></query>`);

  function restricted(): TestUser {
    const user = juliet();
    const items =
      `<item type='jid' value='romeo@x/phone' action='allow' order='1'/>` +
      `<item type='jid' value='romeo@x' action='deny' order='2'/>`;
    user.sends('balcony', list('phone', items));
    user.sends('balcony', active);
    return user;
  }

  test('is not told that the user is gone when its contact is', () => {
    const user = restricted();
    expect(user.effects).toContainEqual(
      expect.objectContaining({ kind: 'broadcast', to: [['romeo@x']], except: ['romeo@x/phone'] }),
    );
  });

  test('is sent presence, and the end of it, by itself', () => {
    const user = restricted();
    expect(user.sends('balcony', presence())).toContain(routed(here, 'romeo@x/phone'));
    expect(user.ends('balcony')).toContain(routed(gone, 'romeo@x/phone'));
  });

  test('is not sent it twice after directed presence', () => {
    const user = restricted();
    user.sends('balcony', presence({ to: 'romeo@x/phone' }));
    const told = user.ends('balcony').filter((line) => line === routed(gone, 'romeo@x/phone'));
    expect(told).toHaveLength(1);
  });
});

test('a broadcast is not for the sessions that it excepts', () => {
  const user = juliet();
  user.comes('chamber');
  const stanza = presence({ from: 'romeo@x/orchard' });
  const stamp = { session: { frontEnd: 'f', id: 1 }, seq: 1 };
  const except = [user.full('balcony')];
  expect(user.tell({ kind: 'broadcastArrived', presence: { stanza, stamp }, except })).toEqual([
    `chamber < <presence from='romeo@x/orchard'/>`,
  ]);
});
