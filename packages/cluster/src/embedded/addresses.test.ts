// What stanzas are addressed to when they arrive: what their sender wrote, though several resources get them.

import { beforeEach, expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

let world: EmbeddedWorld;
let a: TestClient;
let home: TestClient;
let phone: TestClient;

beforeEach(async () => {
  world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
  a = await world.login(alice, 'garden');
  home = await world.login(bob, 'home');
  phone = await world.login(bob, 'phone');
  for (const client of [a, home, phone]) client.presence();
  await world.settle();
  for (const client of [a, home, phone]) client.take();
});

test('a message to a bare JID keeps it (RFC 6121 §8.5.2.1.1)', async () => {
  a.send({ kind: 'message', type: 'headline', to: bob, content: '<body>note</body>' });
  await world.settle();
  for (const client of [home, phone]) {
    expect(client.take()).toEqual([
      `<message type='headline' from='${a.address}' to='${bob}'><body>note</body></message>`,
    ]);
  }
});

test('a message to oneself keeps it, too', async () => {
  a.send({ kind: 'message', type: 'chat', to: alice, content: '<body>note</body>' });
  await world.settle();
  expect(a.take()).toEqual([
    `<message type='chat' from='${a.address}' to='${alice}'><body>note</body></message>`,
  ]);
});

test('presence that is directed to a bare JID keeps it, and so does its end (RFC 6121 §4.6.3)', async () => {
  a.presence({ to: bob });
  a.end();
  await world.settle();
  for (const client of [home, phone]) {
    expect(client.take()).toEqual(
      [
        `<presence from='garden' to='bob'/>`,
        `<presence type='unavailable' from='garden' to='bob'/>`,
      ].map((text) => text.replace('garden', a.address).replace(`'bob'`, `'${bob}'`)),
    );
  }
});

test('presence that is directed to a full JID goes to that resource alone, by that name', async () => {
  a.presence({ to: phone.address });
  await world.settle();
  expect(phone.take()).toEqual([`<presence from='${a.address}' to='${phone.address}'/>`]);
  expect(home.take()).toEqual([]);
});

test('subscription stanzas are between bare JIDs, whatever was written (RFC 6121 §3.1.2)', async () => {
  a.subscription('subscribe', phone.address);
  await world.settle();
  for (const client of [home, phone]) {
    expect(client.take()).toEqual([`<presence type='subscribe' from='${alice}' to='${bob}'/>`]);
  }
});

test('what is broadcast is addressed to each resource that gets it', async () => {
  await world.subscribe(home, a);
  phone.take();
  a.status('here');
  await world.settle();
  for (const client of [home, phone]) {
    expect(client.take()).toEqual([
      `<presence from='${a.address}' to='${client.address}'><status>here</status></presence>`,
    ]);
  }
});
