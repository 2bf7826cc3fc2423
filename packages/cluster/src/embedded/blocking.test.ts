import { expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

function block(client: TestClient, address: string): void {
  const content = `<block xmlns='urn:xmpp:blocking'><item jid='${address}'/></block>`;
  client.send({ kind: 'iq', type: 'set', id: 'b', content });
}

/** The presence that was received since the last time. */
function seen(client: TestClient): readonly string[] {
  return client.take().filter((text) => text.startsWith('<presence'));
}

test('one resource of a contact is blocked, the others go on seeing the user (XEP-0191 §6)', async () => {
  const world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
  const a = await world.login(alice, 'garden');
  const home = await world.login(bob, 'home');
  const phone = await world.login(bob, 'phone');
  for (const client of [a, home, phone]) client.presence();
  await world.settle();
  await world.subscribe(home, a);
  phone.take();

  block(a, phone.address);
  await world.settle();
  expect(seen(phone)).toEqual([
    `<presence type='unavailable' from='${a.address}' to='${phone.address}'/>`,
  ]);
  expect(seen(home)).toEqual([]);

  a.status('reading');
  a.end();
  await world.settle();
  expect(seen(home)).toEqual([
    `<presence from='${a.address}' to='${home.address}'><status>reading</status></presence>`,
    `<presence type='unavailable' from='${a.address}' to='${home.address}'/>`,
  ]);
  expect(seen(phone)).toEqual([]);
});

test('a contact that is blocked is shown as gone by each of its resources (XEP-0016 §2.10)', async () => {
  const world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
  const a = await world.login(alice, 'garden');
  const home = await world.login(bob, 'home');
  for (const client of [a, home]) client.presence();
  await world.settle();
  await world.subscribe(a, home);

  block(a, bob);
  await world.settle();
  expect(seen(a)).toEqual([
    `<presence type='unavailable' from='${bob}' to='${a.address}'/>`,
    `<presence type='unavailable' from='${home.address}' to='${a.address}'/>`,
  ]);
});

test('who is blocked in mid-session gets the same from a probe and from a query: nobody (scenario 22)', async () => {
  const world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
  const a = await world.login(alice, 'garden');
  const b = await world.login(bob, 'home');
  for (const client of [a, b]) client.presence({ content: '<status>here</status>' });
  await world.settle();
  await world.subscribe(b, a);
  block(a, bob);
  await world.settle();
  b.take();

  b.presence({ type: 'probe', to: alice });
  await world.settle();
  expect(seen(b)).toEqual([`<presence type='unavailable' from='${alice}' to='${b.address}'/>`]);
  const { answers } = await world.settling(
    world.server.gate.ask({ viewer: bob, users: [alice, jid('nobody@localhost')] }),
  );
  expect(answers.map(({ outcome }) => outcome)).toEqual([
    {
      kind: 'unavailable',
      stanza: expect.objectContaining({ from: alice, content: '' }) as object,
    },
    { kind: 'unsubscribed' },
  ]);
});
