// What becomes of stanzas that a client has not acknowledged when nobody comes for its session in time (XEP-0198 §5):
// messages come back to their senders, and of subscriptions nothing is lost, since rosters and requests are kept.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(['alice', 'bob', 'carol', 'dave']);
  await server.befriend([['alice', 'bob']]);
  await server.start({ env: { ROLLCALL_TIMEOUTS_RESUMPTION_MS: '1000' } });
});
afterEach(() => server.remove());

const rosterRequest = `<query xmlns='jabber:iq:roster'/>`;

test('messages are told to their senders; subscriptions are found in the roster or come again', async () => {
  const [bob, carol, dave] = await Promise.all(
    ['bob', 'carol', 'dave'].map((name) => server.login(name)),
  );
  if (bob === undefined || carol === undefined || dave === undefined) throw new Error('not all');
  for (const client of [bob, carol, dave]) client.send('<presence/>');
  const alice = await server.login('alice', { resource: 'phone' });
  await alice.ask('get', rosterRequest);
  alice.send('<presence/>');
  alice.send(`<presence type='subscribe' to='dave@localhost'/>`);
  await dave.expect(`<presence type='subscribe' from='alice@localhost'/>`);
  await bob.expect(`<presence from='alice@localhost/phone'/>`);

  // She has received all this, says so of nothing, and is lost.
  await alice.manage();
  bob.send(`<message to='alice@localhost/phone' type='chat' id='m1'><body>one</body></message>`);
  carol.send(`<presence type='subscribe' to='alice@localhost'/>`);
  dave.send(`<presence type='subscribed' to='alice@localhost'/>`);
  await alice.expect(`<message type='chat' id='m1'/>`);
  await alice.expect(`<presence type='subscribe' from='carol@localhost'/>`);
  await alice.expect(`<presence type='subscribed' from='dave@localhost'/>`);
  await alice.cut();
  // And this comes while she is away.
  bob.send(`<message to='alice@localhost/phone' type='chat' id='m2'><body>two</body></message>`);

  for (const id of ['m1', 'm2']) {
    const { attrs } = await bob.expect(`<message type='error' id='${id}'/>`);
    expect(attrs['from']).toBe('alice@localhost/phone');
  }
  await bob.expect(`<presence type='unavailable' from='alice@localhost/phone'/>`);

  const again = await server.login('alice', { resource: 'phone' });
  const roster = JSON.stringify(await again.ask('get', rosterRequest));
  expect(roster).toContain('dave@localhost');
  again.send('<presence/>');
  // RFC 6121 §3.1.3: a request is delivered at each login until it is answered.
  await again.expect(`<presence type='subscribe' from='carol@localhost'/>`);
  await again.expect(`<presence from='${dave.jid}'/>`);
  await again.expect(`<presence from='${bob.jid}'/>`);
  await Promise.all([again, bob, carol, dave].map((client) => client.close()));
});
