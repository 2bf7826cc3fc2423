// A gateway makes an account and opens a session at once, at a node that is not the one that owns the user.

import { joinCluster, type Rollcall } from '@rollcall/gateway';
import { startNats, type NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

const users = Array.from({ length: 20 }, (_, index) => `user-${index}@localhost`);

let nats: NatsUnderTest;
let owner: Rollcall;
let gateway: Rollcall;

beforeAll(async () => {
  nats = await startNats();
  const common = { nats: nats.urls, domains: ['localhost'], log: pino({ level: 'silent' }) };
  owner = await joinCluster({ ...common, nodeName: 'owner', engine: true });
  gateway = await joinCluster({ ...common, nodeName: 'gateway' });
});

afterAll(async () => {
  await gateway.stop();
  await owner.stop();
  await nats.stop();
});

test('the session is opened, also where the owner has been asked for the user before', async () => {
  const frontEnd = gateway.createFrontEnd();
  for (const user of users) {
    // Wakes the actor, which finds no account.
    await expect(frontEnd.openSession({ user, resource: 'early' })).rejects.toMatchObject({
      code: 'front_end_session_refused',
      condition: 'not-allowed',
    });
    expect(await gateway.ensureUser(user)).toBe('created');
    const session = await frontEnd.openSession({ user, resource: 'web' });
    expect(session.address).toBe(`${user}/web`);
  }
});
