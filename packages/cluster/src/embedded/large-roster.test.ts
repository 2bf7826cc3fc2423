import type { BareJid } from '@rollcall/xmpp';
import { expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const giant = jid('giant@localhost');
const alice = jid('alice@localhost');
const bob = jid('bob@localhost');
const contacts = Array.from({ length: 2_000 }, (_, index) => jid(`contact${index}@localhost`));
/** Of the contacts, those who are online: all over the roster. */
const watching = contacts.filter((_, index) => index % 50 === 0);
const recipientsPerTurn = 50;

test('one with a large roster who logs in takes turns with the others (scenario 18)', async () => {
  const world = new EmbeddedWorld();
  const turns = { count: 0, heard: new Map<BareJid, number>() };
  const clients = new Map<BareJid, TestClient>();
  const notice = () => {
    turns.count += 1;
    for (const [user, client] of clients) {
      const isTold = client.take().some((text) => text.includes('<status>hello</status>'));
      if (isTold && !turns.heard.has(user)) turns.heard.set(user, turns.count);
    }
  };
  await world.launch({
    limits: { recipientsPerTurn },
    turns: {
      soon: (fn) =>
        world.clock.soon(() => {
          fn();
          notice();
        }),
    },
  });
  await world.addUsers(giant, alice, bob, ...watching);
  const friends = async (user: BareJid, others: readonly BareJid[]) => {
    const roster = others.map((contact) => ({ jid: contact, state: 'Both', groups: [] }) as const);
    await world.settling(world.server.admin.importUser({ jid: user, roster }));
  };
  await friends(giant, contacts);
  for (const contact of watching) await friends(contact, [giant]);
  await friends(alice, [bob]);
  await friends(bob, [alice]);
  for (const user of [giant, alice, bob, ...watching]) {
    const client = await world.login(user, 'home');
    if (user !== giant) client.presence();
    clients.set(user, client);
  }
  await world.settle();

  turns.count = 0;
  clients.get(giant)?.status('hello');
  clients.get(alice)?.status('hello');
  await world.settle();

  const heard = watching.map((user) => turns.heard.get(user) ?? Number.NaN);
  expect(heard.filter(Number.isNaN)).toEqual([]);
  expect(Math.max(...heard)).toBeGreaterThan(contacts.length / recipientsPerTurn / 2);
  expect(turns.heard.get(bob)).toBeLessThan(Math.max(...heard) / 4);
});

test('one with a large roster whose record is read and who fetches it holds up nobody (scenario 18)', async () => {
  const world = new EmbeddedWorld();
  const limits = { recipientsPerTurn: 256 };
  await world.launch({ limits });
  await world.addUsers(giant, alice, bob);
  const roster = contacts.map((contact) => ({ jid: contact, state: 'Both', groups: [] }) as const);
  await world.settling(world.server.admin.importUser({ jid: giant, roster }));
  await world.settling(world.server.stop({ timeoutMs: 0 }));

  const turns = { count: 0, heard: new Map<BareJid, number>() };
  const clients = new Map<BareJid, TestClient>();
  const turn = (fn: () => void) => {
    turns.count += 1;
    fn();
    for (const [user, client] of clients)
      if (client.take().length > 0) turns.heard.set(user, turns.count);
  };
  await world.launch({ limits, turns: { soon: (fn) => world.clock.soon(() => turn(fn)) } });
  for (const user of [alice, bob]) clients.set(user, await world.login(user));
  clients.get(bob)?.presence();
  await world.settle();

  turns.count = 0;
  clients.set(giant, await world.login(giant));
  const pages = (await world.recordKeysOf(giant)).length - 1;
  expect(pages).toBeGreaterThanOrEqual(contacts.length / 256);
  expect(turns.count).toBeGreaterThanOrEqual(pages - 1);

  turns.count = 0;
  turns.heard.clear();
  const content = `<query xmlns='jabber:iq:roster'/>`;
  clients.get(giant)?.send({ kind: 'iq', type: 'get', id: 'r', content });
  clients.get(alice)?.send({ kind: 'message', to: bob, content: '<body>hello</body>' });
  // Another turn, in which what came at the end of the last is seen.
  world.clock.setTimeout(() => world.clock.soon(() => turn(() => undefined)), 1);
  await world.clock.advance(1);
  expect(turns.heard.get(giant)).toBeGreaterThanOrEqual(pages - 1);
  expect(turns.heard.get(bob)).toBeLessThan(4);
});
