/** What the speed of broadcasts rests on, counted rather than timed. */
import { defaultRules } from '@rollcall/presence';
import { beforeEach, expect, test } from 'vitest';
import type { OutboundStanza } from '../gate/session-gate.ts';
import { noMetrics, type CounterName } from '../metrics/metrics.ts';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const watchers = 50;
const recipientsPerTurn = 30;
const speaker = jid('speaker@localhost');

let world: EmbeddedWorld;
let client: TestClient;
let received: OutboundStanza[];
let counted: Map<CounterName, number>;

/** A user whose contacts are all online; what they are shown from now on is in `received`. */
beforeEach(async () => {
  world = new EmbeddedWorld();
  counted = new Map();
  const count = (name: CounterName, by = 1) =>
    void counted.set(name, (counted.get(name) ?? 0) + by);
  await world.launch({ metrics: { ...noMetrics, count }, limits: { recipientsPerTurn } });
  const users = Array.from({ length: watchers }, (_, index) => jid(`watcher${index}@localhost`));
  await world.addUsers(speaker, ...users);
  const both = (user: typeof speaker) => ({ jid: user, state: 'Both', groups: [] }) as const;
  const { admin, gate } = world.server;
  await world.settling(admin.importUser({ jid: speaker, roster: users.map(both) }));
  received = [];
  const receiver = {
    deliver: (stanza: OutboundStanza) => void received.push(stanza),
    closed: () => undefined,
  };
  for (const user of users) {
    await world.settling(admin.importUser({ jid: user, roster: [both(speaker)] }));
    const outcome = await world.settling(gate.open({ user, receiver }));
    if (!outcome.ok) throw new Error(outcome.text);
    const from = outcome.session.address;
    outcome.session.send({ kind: 'presence', from, content: '' });
  }
  await world.settle();
  client = await world.login(speaker);
  client.presence();
  await world.settle();
  counted.clear();
  received.length = 0;
});

test.each([
  ['right after the contacts have logged in', 0],
  ['later', defaultRules.arrivalWindowMs + 1],
])('a presence is serialised once for each piece of the roster, %s', async (_when, passesMs) => {
  await world.clock.advance(passesMs);
  counted.clear();
  client.status('lunch');
  await world.settle();
  expect(received).toHaveLength(watchers);
  expect(new Set(received.map(({ head }) => head)).size).toBe(1);
  expect(new Set(received).size).toBe(Math.ceil(watchers / recipientsPerTurn));
  // Only its sender had to decide anything, and no recipient was told by a letter.
  expect(counted.get('inputs')).toBe(1);
});

test('of many at once the same contacts get several in one turn, in order', async () => {
  for (const text of ['a', 'b', 'c']) client.status(text);
  await world.settle();
  expect(received).toHaveLength(3 * watchers);
  const order = received.map(({ tail }) => /<status>(.)</.exec(tail)?.[1]);
  // The first is under way when the others come: its second piece goes with their first.
  expect(order.filter((text, index) => text !== order[index - 1]).join('')).toBe('abcbc');
});
