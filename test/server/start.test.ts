// From nothing to two people who see each other, by the commands of the README.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { durationOf } from '../cluster/numbers.ts';
import { rollcallDone } from './command.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;
let startedInMs: number;
/** How long this machine takes for the least that the command does: many times as long on one that is busy. */
let leastMs: number;

beforeAll(async () => {
  server = await TestServer.prepare();
  leastMs = await durationOf(() => rollcallDone(['--version']));
  startedInMs = await durationOf(() => server.start());
});
afterAll(() => server.remove());

describe('rollcall start', () => {
  test('answers within three seconds on an empty directory', async () => {
    const connection = await server.connect();
    const features = await connection.openStream('localhost');
    expect(features.name).toBe('features');
    expect(startedInMs).toBeLessThan(Math.max(3_000, 10 * leastMs));
    await connection.close();
  });

  test('says where it listens, for which domain, and what a newcomer does next', () => {
    expect(server.process.output).toContain(
      `Rollcall serves localhost to XMPP clients on 127.0.0.1:${server.port}`,
    );
    expect(server.process.output).toContain('npx rollcall user add alice@localhost');
  });

  test('tells that it is healthy and ready, and what it counts', async () => {
    expect(await fetch(`${server.adminUrl}/healthz`).then((reply) => reply.json())).toEqual({
      ok: true,
    });
    const ready = await fetch(`${server.adminUrl}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
    const metrics = await fetch(`${server.adminUrl}/metrics`).then((reply) => reply.text());
    expect(metrics).toMatch(/^rollcall_connections_accepted_total \d+$/m);
    expect(metrics).toMatch(/^rollcall_actors_resident \d+$/m);
    expect(metrics).toMatch(/^rollcall_save_seconds_bucket\{le="0.001"\} \d+$/m);
  });

  test('shows two people each other: subscribe, come, change, go', async () => {
    await server.addAccounts(['alice', 'bob']);
    const alice = await server.login('alice', { resource: 'desk' });
    const bob = await server.login('bob', { resource: 'phone' });
    for (const client of [alice, bob]) {
      await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
      client.send('<presence/>');
    }
    alice.send(`<presence to='bob@localhost' type='subscribe'/>`);
    await bob.expect(`<presence type='subscribe' from='alice@localhost'/>`);
    bob.send(`<presence to='alice@localhost' type='subscribed'/>`);
    bob.send(`<presence to='alice@localhost' type='subscribe'/>`);
    await alice.expect(`<presence from='bob@localhost/phone'/>`);
    await alice.expect(`<presence type='subscribe' from='bob@localhost'/>`);
    alice.send(`<presence to='bob@localhost' type='subscribed'/>`);
    await bob.expect(`<presence from='alice@localhost/desk'/>`);

    alice.send(`<presence><show>away</show><status>at lunch</status></presence>`);
    await bob.expect(
      `<presence from='alice@localhost/desk'><show>away</show><status>at lunch</status></presence>`,
    );
    await alice.close();
    await bob.expect(`<presence type='unavailable' from='alice@localhost/desk'/>`);
    await bob.close();
  });
});
