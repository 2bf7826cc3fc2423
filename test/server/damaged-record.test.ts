// One user's record is damaged on disk: that user is told and reported, and nobody else notices (scenario 32).

import { LmdbRecordStore, openLmdb, userKey } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(['alice', 'bob', 'carol']);
  await server.befriend([
    ['alice', 'bob'],
    ['alice', 'carol'],
    ['bob', 'carol'],
  ]);
  await damage('alice@localhost' as BareJid);
  await server.start();
});
afterAll(() => server.remove());

async function damage(user: BareJid): Promise<void> {
  const environment = await openLmdb(server.data, { durability: 'flushed' });
  const records = new LmdbRecordStore(environment);
  const key = `user/${userKey(user)}/h`;
  const record = await records.read(key);
  await records.write(key, Buffer.from('{"roster": …'), record?.revision ?? 0);
  await records.close();
  await environment.close();
}

test('the user is not let in to an empty roster, and the operator is told', async () => {
  await expect(server.login('alice')).rejects.toThrow('internal-server-error');
  await server.process.waitForLine(/record_corrupt.*alice@localhost/);
  const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
  expect(metrics).toMatch(/^rollcall_records_corrupt_total [1-9]/m);
});

test('others see each other as ever, and keep what they had with that user', async () => {
  const bob = await server.login('bob', { resource: 'home' });
  bob.send('<presence/>');
  const carol = await server.login('carol', { resource: 'home' });
  carol.send('<presence><status>here</status></presence>');
  await bob.expect(`<presence from='${carol.jid}'><status>here</status></presence>`);
  bob.send(`<presence type='probe' to='alice@localhost'/>`);
  await bob.ping();
  const roster = await bob.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  expect(JSON.stringify(roster)).toContain('alice@localhost');
  expect(bob.connection.unread().filter(({ attrs }) => attrs['type'] === 'unsubscribed')).toEqual(
    [],
  );
});
