// What one user may have and do is bounded by settings; each bound has an error of its own, and hurts nobody else.

import { child, elements, type XmlElement, type XmppClient } from '@rollcall/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

const names = ['alice', 'bob', 'carol', 'dave'];

let server: TestServer;
const clients: XmppClient[] = [];

beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(names);
  await server.start({
    env: {
      ROLLCALL_USERS_ROSTER_ITEMS: '3',
      ROLLCALL_USERS_GROUPS_PER_ITEM: '2',
      ROLLCALL_USERS_NAME_BYTES: '10',
      ROLLCALL_USERS_SESSIONS_PER_USER: '3',
      ROLLCALL_USERS_DIRECTED_TARGETS: '100',
      ROLLCALL_USERS_STORED_REQUESTS_PER_USER: '1',
      ROLLCALL_USERS_REQUESTS_PER_REQUESTER: '2',
      ROLLCALL_USERS_STORED_CONTENT_LENGTH: '100',
      ROLLCALL_USERS_PRIVACY_LISTS: '1',
      ROLLCALL_USERS_PRIVACY_ITEMS: '2',
      ROLLCALL_USERS_BLOCKED_ITEMS: '2',
    },
  });
});
afterAll(() => server.remove());
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

async function comesOnline(name: string, resource = 'home'): Promise<XmppClient> {
  const client = await server.login(name, { resource });
  clients.push(client);
  await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  client.send('<presence/>');
  await client.ping();
  client.connection.takeUnread();
  return client;
}

async function refusalOf(client: XmppClient, content: string): Promise<string> {
  return conditionOf(await client.ask('set', content));
}

function conditionOf(answer: XmlElement): string {
  const error = child(answer, 'error');
  if (error === undefined) return 'no error';
  return `${error.attrs['type'] ?? ''} ${elements(error)[0]?.name ?? ''}`;
}

const rosterSet = (item: string) => `<query xmlns='jabber:iq:roster'>${item}</query>`;
const privacyList = (name: string, items: string) =>
  `<query xmlns='jabber:iq:privacy'><list name='${name}'>${items}</list></query>`;

describe('the roster (RFC 6121 §2.3.3)', () => {
  test('takes so many items, and changes of those that are there', async () => {
    const alice = await comesOnline('alice');
    for (const name of ['one', 'two', 'three'])
      await alice.ask('set', rosterSet(`<item jid='${name}@localhost'/>`));
    expect(await refusalOf(alice, rosterSet(`<item jid='four@localhost'/>`))).toBe(
      'modify policy-violation',
    );
    expect(await refusalOf(alice, rosterSet(`<item jid='one@localhost' name='One'/>`))).toBe(
      'no error',
    );
    alice.send(`<presence type='subscribe' to='bob@localhost'/>`);
    expect(conditionOf(await alice.expect(`<presence type='error'/>`))).toBe(
      'wait policy-violation',
    );
    for (const name of ['one', 'two', 'three'])
      await alice.ask('set', rosterSet(`<item jid='${name}@localhost' subscription='remove'/>`));
  });

  test.each([
    ['names that are too long', `<item jid='one@localhost' name='${'x'.repeat(11)}'/>`],
    [
      'too many groups',
      `<item jid='one@localhost'><group>1</group><group>2</group><group>3</group></item>`,
    ],
    [
      'groups with too long a name',
      `<item jid='one@localhost'><group>${'x'.repeat(11)}</group></item>`,
    ],
  ])('takes no items with %s', async (_, item) => {
    const alice = await comesOnline('alice');
    expect(await refusalOf(alice, rosterSet(item))).toMatch(/ (not-acceptable|policy-violation)$/);
  });
});

describe('subscription requests (scenario 26)', () => {
  test('wait in so many at one user; who asks then is denied, and the first is still there', async () => {
    const bob = await comesOnline('bob');
    const [alice, carol] = [await comesOnline('alice'), await comesOnline('carol')];
    alice.send(`<presence type='subscribe' to='bob@localhost'/>`);
    await bob.expect(`<presence type='subscribe' from='alice@localhost'/>`);
    carol.send(`<presence type='subscribe' to='bob@localhost'/>`);
    await carol.expect(`<presence type='unsubscribed' from='bob@localhost'/>`);
    bob.send(`<presence type='subscribed' to='alice@localhost'/>`);
    await alice.expect(`<presence type='subscribed' from='bob@localhost'/>`);
    carol.send(`<presence type='subscribe' to='bob@localhost'/>`);
    await bob.expect(`<presence type='subscribe' from='carol@localhost'/>`);
  });

  test('of one user wait for so many others; more are to be asked later', async () => {
    const dave = await comesOnline('dave');
    for (const name of ['one', 'two', 'three'])
      dave.send(`<presence type='subscribe' id='${name}' to='${name}@localhost'/>`);
    const error = await dave.expect(`<presence type='error'/>`);
    expect([error.attrs['id'], conditionOf(error)]).toEqual(['three', 'wait resource-constraint']);
  });

  test('are not as long as one likes', async () => {
    const dave = await comesOnline('dave');
    const status = `<status>${'x'.repeat(101)}</status>`;
    dave.send(`<presence type='subscribe' to='bob@localhost'>${status}</presence>`);
    expect(conditionOf(await dave.expect(`<presence type='error'/>`))).toBe(
      'wait policy-violation',
    );
  });
});

describe('directed presence (scenario 28)', () => {
  test('goes to so many; they are all told that it ends, and those beyond had none', async () => {
    const carol = await comesOnline('carol');
    const dave = await comesOnline('dave');
    for (let number = 1; number < 100; number += 1)
      carol.send(`<presence to='somebody${number}@localhost'/>`);
    carol.send(`<presence to='${dave.jid}'/><presence id='beyond' to='alice@localhost'/>`);
    const error = await carol.expect(`<presence type='error'/>`);
    expect([error.attrs['id'], conditionOf(error)]).toEqual(['beyond', 'wait resource-constraint']);
    await dave.expect(`<presence from='${carol.jid}'/>`);
    await carol.connection.cut();
    await dave.expect(`<presence type='unavailable' from='${carol.jid}'/>`);
  });
});

describe('blocking', () => {
  test('takes so many addresses', async () => {
    const alice = await comesOnline('alice');
    const items = (...jids: readonly string[]) =>
      `<block xmlns='urn:xmpp:blocking'>${jids.map((jid) => `<item jid='${jid}@localhost'/>`).join('')}</block>`;
    expect(await refusalOf(alice, items('one', 'two', 'three'))).toMatch(/ policy-violation$/);
    expect(await refusalOf(alice, items('one', 'two'))).toBe('no error');
    await alice.ask('set', `<unblock xmlns='urn:xmpp:blocking'/>`);
  });

  test('takes so many privacy lists of so many items', async () => {
    const bob = await comesOnline('bob');
    const items = [1, 2, 3].map((order) => `<item action='allow' order='${order}'/>`);
    expect(await refusalOf(bob, privacyList('long', items.join('')))).toMatch(/ policy-violation$/);
    expect(await refusalOf(bob, privacyList('one', items[0] ?? ''))).toBe('no error');
    expect(await refusalOf(bob, privacyList('two', items[0] ?? ''))).toMatch(/ policy-violation$/);
  });
});

test('a user has so many sessions at once (RFC 6120 §7.6.2.1)', async () => {
  for (const resource of ['one', 'two', 'three']) await comesOnline('dave', resource);
  await expect(server.login('dave', { resource: 'four' })).rejects.toThrow('resource-constraint');
  const alice = await comesOnline('alice');
  await alice.ping();
});
