import { describe, expect, test } from 'vitest';
import { iq, presence, rosterGet, rosterSet, TestUser } from '../../test/test-user.ts';

function juliet(contacts = {}, rules = {}) {
  const user = new TestUser('juliet@x', { contacts, rules });
  user.comes('balcony');
  return user;
}

function get(user: TestUser, version?: string): readonly string[] {
  return user.sends('balcony', rosterGet(version));
}

function set(user: TestUser, item: string): readonly string[] {
  return user.sends('balcony', rosterSet(item));
}

const result = `balcony < <iq type='result' id='i' to='juliet@x/balcony'/>`;

/** The items of a roster result or push. */
function itemsIn(effect: string | undefined): readonly string[] {
  return effect?.match(/<item .*?(?:\/>|<\/item>)/g) ?? [];
}

function versionIn(effect: string | undefined): string {
  return /ver='(\d+)'/.exec(effect ?? '')?.[1] ?? 'none';
}

describe('roster get (RFC 6121 §2.1.3)', () => {
  test('shows the items, and no requests that wait for an answer', () => {
    const user = juliet({ 'romeo@x': 'Both', 'nurse@x': 'None + Pending Out' });
    user.hears('subscribe', 'paris@x');
    expect(itemsIn(get(user)[0])).toEqual([
      `<item jid='romeo@x' subscription='both'/>`,
      `<item jid='nurse@x' subscription='none' ask='subscribe'/>`,
    ]);
  });

  test('makes the session interested: only then does it get pushes (§2.1.6)', () => {
    const user = juliet();
    expect(set(user, `<item jid='romeo@x'/>`)).toEqual(['save head', result]);
    get(user);
    expect(set(user, `<item jid='romeo@x' name='R'/>`)).toHaveLength(3);
  });

  test.each([
    ['a query with something in it', iq('get', `<query xmlns='jabber:iq:roster'><item/></query>`)],
    ['another element', iq('get', `<roster xmlns='jabber:iq:roster'/>`)],
  ])('refuses %s', (_, stanza) => {
    expect(juliet().sends('balcony', stanza)).toEqual([expect.stringContaining('<bad-request')]);
  });
});

describe('roster set (RFC 6121 §2.3, §2.4)', () => {
  test('is stored, pushed to all interested resources and answered, in this order', () => {
    const user = juliet();
    get(user);
    user.bind('chamber');
    user.sends('chamber', rosterGet());
    const item = `<item jid='romeo@x' name='Romeo &amp; co'><group>Friends</group><group>&lt;3</group></item>`;
    const effects = set(user, item);
    expect(effects).toHaveLength(3);
    expect(effects[0]).toBe('save head');
    expect(effects[1]).toMatch(/^balcony, chamber < <iq type='set' id='push-\d+' from='juliet@x'>/);
    expect(itemsIn(effects[1])).toEqual([
      `<item jid='romeo@x' subscription='none' name='Romeo &amp; co'><group>Friends</group><group>&lt;3</group></item>`,
    ]);
    expect(effects[2]).toBe(result);
  });

  test('leaves the subscription as it is, whatever the client says', () => {
    const user = juliet({ 'romeo@x': 'To' });
    get(user);
    const effects = set(
      user,
      `<item jid='romeo@x' subscription='both' ask='subscribe' approved='true'/>`,
    );
    expect(itemsIn(effects[1])).toEqual([`<item jid='romeo@x' subscription='to'/>`]);
  });

  test('without name and groups takes them away', () => {
    const user = juliet();
    set(user, `<item jid='romeo@x' name='R'><group>G</group></item>`);
    set(user, `<item jid='romeo@x'/>`);
    expect(itemsIn(get(user)[0])).toEqual([`<item jid='romeo@x' subscription='none'/>`]);
  });

  test('of a full JID is of its bare one', () => {
    const user = juliet();
    set(user, `<item jid='Romeo@x/orchard'/>`);
    expect(itemsIn(get(user)[0])).toEqual([`<item jid='romeo@x' subscription='none'/>`]);
  });

  const long = 'n'.repeat(20);
  test.each([
    ['two items', `<item jid='a@x'/><item jid='b@x'/>`, 'bad-request'],
    ['no item', '', 'bad-request'],
    ['no JID', `<item name='R'/>`, 'bad-request'],
    ['what is no JID', `<item jid='@x'/>`, 'bad-request'],
    ['a group twice', `<item jid='a@x'><group>G</group><group>G</group></item>`, 'bad-request'],
    ['the user', `<item jid='juliet@x'/>`, 'not-allowed'],
    ['an empty group', `<item jid='a@x'><group/></item>`, 'not-acceptable'],
    ['a long name', `<item jid='a@x' name='${long}'/>`, 'not-acceptable'],
    ['a long group', `<item jid='a@x'><group>${long}</group></item>`, 'not-acceptable'],
    [
      'too many groups',
      `<item jid='a@x'><group>1</group><group>2</group><group>3</group></item>`,
      'policy-violation',
    ],
    ['one item too many', `<item jid='a@x'/>`, 'policy-violation'],
    ['to remove a stranger', `<item jid='a@x' subscription='remove'/>`, 'item-not-found'],
  ])('refuses %s (§2.3.3, §2.5.3)', (_, item, condition) => {
    const user = juliet({ 'romeo@x': 'Both' }, { rosterItems: 1, groupsPerItem: 2, nameBytes: 10 });
    expect(set(user, item)).toEqual([expect.stringContaining(`<${condition}`)]);
    expect(itemsIn(get(user)[0])).toHaveLength(1);
  });

  test('counts the bytes of a name, not its characters', () => {
    const user = juliet({}, { nameBytes: 4 });
    expect(set(user, `<item jid='a@x' name='éé'/>`)).toContain(result);
    expect(set(user, `<item jid='a@x' name='ééé'/>`).join()).toContain('<not-acceptable');
  });
});

describe('roster remove (RFC 6121 §2.5, RFC 3921 §8.6)', () => {
  const remove = `<item jid='romeo@x' subscription='remove'/>`;

  test('ends both subscriptions, in order, with the resources that go', () => {
    const user = juliet({ 'romeo@x': 'Both' });
    get(user);
    const effects = set(user, remove);
    expect(effects[0]).toBe('save head!');
    expect(itemsIn(effects[1])).toEqual([remove]);
    expect(effects.slice(2)).toEqual([
      `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
      result,
    ]);
    expect(user.isPublished('romeo@x')).toEqual([
      `publish <presence type='unsubscribed' from='juliet@x' to='romeo@x'/> and gone: juliet@x/balcony`,
    ]);
    user.isPublished('romeo@x');
    expect([...user.state.roster.entries()]).toEqual([]);
  });

  test.each([
    ['None', []],
    ['None + Pending Out', ['unsubscribe']],
    ['None + Pending In', ['unsubscribed']],
    ['To', ['unsubscribe']],
    ['From', ['unsubscribed']],
    ['From + Pending Out', ['unsubscribe', 'unsubscribed']],
    ['To + Pending In', ['unsubscribe', 'unsubscribed']],
  ] as const)('in %s cancels what there is', (state, types) => {
    const user = juliet({ 'romeo@x': state });
    set(user, `<item jid='romeo@x'/>`);
    set(user, remove);
    const outbox = user.state.roster.get('romeo@x' as never)?.outbox ?? [];
    expect(outbox.map(({ stanza }) => stanza.type)).toEqual(types);
    expect(user.halfOf('romeo@x')).toBe('None');
  });

  test('takes a pre-approval with it', () => {
    const user = juliet();
    user.sends('balcony', presence({ type: 'subscribed', to: 'romeo@x' }));
    set(user, remove);
    user.hears('subscribe', 'romeo@x');
    expect(user.halfOf('romeo@x')).toBe('None + Pending In');
  });
});

describe('roster versions (RFC 6121 §2.6)', () => {
  test('a client that knows the current version gets an empty result', () => {
    const user = juliet({ 'romeo@x': 'Both' });
    const version = versionIn(get(user, '')[0]);
    expect(get(user, version)).toEqual([result]);
  });

  test('one that knows an older version gets each item that changed, once, in order', () => {
    const user = juliet({ 'romeo@x': 'Both', 'nurse@x': 'Both', 'paris@x': 'Both' });
    const version = versionIn(get(user, '')[0]);
    set(user, `<item jid='paris@x' name='1'/>`);
    set(user, `<item jid='romeo@x' subscription='remove'/>`);
    set(user, `<item jid='paris@x' name='2'/>`);
    const [empty, ...pushes] = get(user, version);
    expect(empty).toBe(result);
    expect(pushes.map((push) => itemsIn(push)[0])).toEqual([
      `<item jid='romeo@x' subscription='remove'/>`,
      `<item jid='paris@x' subscription='both' name='2'/>`,
    ]);
    const versions = pushes.map((push) => Number(versionIn(push)));
    expect(versions[0]).toBeLessThan(versions[1]!);
    expect(get(user, String(versions[0]))).toHaveLength(2);
    expect(get(user, String(versions[1]))).toEqual([result]);
  });

  test('a roster that was always empty has a version too', () => {
    const user = juliet();
    const version = versionIn(get(user, '')[0]);
    expect(get(user, version)).toEqual([result]);
    set(user, `<item jid='romeo@x'/>`);
    expect(get(user, version)).toHaveLength(2);
  });

  test('an item that was removed and came back is an item', () => {
    const user = juliet({ 'romeo@x': 'None' });
    const version = versionIn(get(user, '')[0]);
    set(user, `<item jid='romeo@x' subscription='remove'/>`);
    set(user, `<item jid='romeo@x'/>`);
    expect(get(user, version).slice(1).flatMap(itemsIn)).toEqual([
      `<item jid='romeo@x' subscription='none'/>`,
    ]);
  });

  test.each(['', 'abc', '1', '99999999999999999'])('an unknown version gets all: %j', (version) => {
    const user = juliet({ 'romeo@x': 'Both' });
    expect(itemsIn(get(user, version)[0])).toHaveLength(1);
  });

  test('one older than the removals that are remembered gets all', () => {
    const user = juliet({ 'a@x': 'None', 'b@x': 'None', 'c@x': 'Both' }, { tombstonesPerPage: 1 });
    const version = versionIn(get(user, '')[0]);
    set(user, `<item jid='a@x' subscription='remove'/>`);
    const later = versionIn(get(user, '')[0]);
    set(user, `<item jid='b@x' subscription='remove'/>`);
    expect(itemsIn(get(user, version)[0])).toEqual([`<item jid='c@x' subscription='both'/>`]);
    expect(get(user, later)[0]).toBe(result);
  });

  test('a version of an account that was made again is unknown', () => {
    const user = juliet({ 'romeo@x': 'None' });
    const version = versionIn(get(user, '')[0]);
    user.nowMs += 1;
    user.tell({ kind: 'accountRemoved' });
    user.tell({ kind: 'accountCreated' });
    user.comes('balcony');
    set(user, `<item jid='nurse@x'/>`);
    expect(itemsIn(get(user, version)[0])).toEqual([`<item jid='nurse@x' subscription='none'/>`]);
  });

  test('without ver the result has none', () => {
    expect(get(juliet({ 'romeo@x': 'Both' }))[0]).not.toContain('ver=');
  });
});
