import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(['alice', 'bob']);
  await server.befriend([['alice', 'bob']]);
  await server.start();
});
afterAll(() => server.remove());

test('a resource that is bound again goes over to the newer stream, and is never shown as gone (scenario 14)', async () => {
  const bob = await server.login('bob');
  bob.send('<presence/>');
  let alice = await server.login('alice', { resource: 'home' });
  alice.send('<presence/>');
  await bob.expect(`<presence from='${alice.jid}'/>`);
  for (let round = 0; round < 5; round += 1) {
    const older = alice;
    alice = await server.login('alice', { resource: 'home' });
    await older.expect(({ name }) => name === 'error');
    await older.connection.closed;
    alice.send(`<presence><status>${round}</status></presence>`);
    await bob.expect(`<presence from='${alice.jid}'><status>${round}</status></presence>`);
  }
  const fromAlice = bob.connection.unread().filter(({ attrs }) => attrs['from'] === alice.jid);
  expect(fromAlice).toEqual([]);
});
