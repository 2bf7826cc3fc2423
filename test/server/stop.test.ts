// How a server ends, and what its clients see of it.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rollcallDone } from './command.ts';
import { password, TestServer } from './test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await (await TestServer.prepare()).start();
  const friend = (jid: string) => [{ jid, subscription: 'both' }];
  await server.importLines([
    JSON.stringify({ jid: 'alice@localhost', password, roster: friend('bob@localhost') }),
    JSON.stringify({ jid: 'bob@localhost', password, roster: friend('alice@localhost') }),
  ]);
});
afterEach(() => server.remove());

/** What a busy machine takes long for, it took long for before: that may come on top. */
const stopsWithinMs = 5_000;

async function loginBoth() {
  const beganMs = performance.now();
  const alice = await server.login('alice', { resource: 'a' });
  alice.send('<presence><status>here</status></presence>');
  const bob = await server.login('bob', { resource: 'b' });
  bob.send('<presence/>');
  await alice.expect(`<presence from='bob@localhost/b'/>`);
  await bob.expect(`<presence from='alice@localhost/a'/>`);
  return { alice, bob, tookMs: performance.now() - beganMs };
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends streams properly within five seconds, with exit code 0', async () => {
    const { alice, bob, tookMs } = await loginBoth();
    const beginMs = performance.now();
    server.process.signal(signal);
    await alice.expect(
      `<error xmlns='http://etherx.jabber.org/streams'>` +
        `<system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>`,
    );
    await Promise.all([alice.connection.closed, bob.connection.closed]);
    expect(alice.connection.received).toMatch(/<\/stream:stream>$/);
    expect(await server.process.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - beginMs).toBeLessThan(stopsWithinMs + 5 * tookMs);
  });

  test('waits for no client that does not answer', async () => {
    const { alice, tookMs } = await loginBoth();
    alice.connection.stopReading();
    const beginMs = performance.now();
    server.process.signal(signal);
    expect(await server.process.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - beginMs).toBeLessThan(stopsWithinMs + 5 * tookMs);
  });
});

test('who goes is told to who stays a moment longer, and is kept as the last presence', async () => {
  const { alice, bob } = await loginBoth();
  server.process.signal('SIGTERM');
  await Promise.all([alice.connection.closed, bob.connection.closed]);
  const sawTheOtherGo = [alice, bob].filter((client) =>
    client.connection
      .unread()
      .some(({ name, attrs }) => name === 'presence' && attrs['type'] === 'unavailable'),
  );
  expect(sawTheOtherGo.length).toBeGreaterThan(0);
  await server.process.exited;

  await server.start();
  const again = await server.login('bob', { resource: 'b' });
  again.send(`<presence/><presence type='probe' to='alice@localhost'/>`);
  await again.expect(
    `<presence type='unavailable' from='alice@localhost'><delay xmlns='urn:xmpp:delay' from='alice@localhost/a'/></presence>`,
  );
  await again.close();
});

test('the socket for commands is gone with the server', async () => {
  await server.process.stop();
  expect(await rollcallDone(['user', 'list', '--data', server.data])).toBe(
    'alice@localhost\nbob@localhost\n',
  );
});
