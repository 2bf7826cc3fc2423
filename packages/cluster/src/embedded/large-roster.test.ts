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
