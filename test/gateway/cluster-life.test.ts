// Gateways that join a cluster over NATS and leave it: with credentials that do not reach, and many times over.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinCluster, type JoinClusterOptions } from '@rollcall/gateway';
import { startNats, type NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configOf, passwordOf, shippedUsers, type NatsUser } from '../cluster/nats-users.ts';
import { leftSince, openHandles } from './open-handles.ts';

const alice = 'alice@localhost';
const common = { domains: ['localhost'], log: pino({ level: 'silent' }) };
const leaseOf = 'front-end-1';
const lacked = `$KV.rollcall_leases.node.${leaseOf}`;

let directory: string;
let nats: NatsUnderTest;

beforeAll(async () => {
  const users = await shippedUsers();
  const frontEnd = users.find(({ name }) => name === leaseOf);
  if (frontEnd === undefined) throw new Error(`${leaseOf} is not among the users`);
  const everything: NatsUser = { name: 'everything', publish: ['>'], subscribe: ['>'] };
  const publish = frontEnd.publish.filter((subject) => subject !== lacked);
  const config = configOf([everything, frontEnd, { ...frontEnd, name: 'lacking', publish }]);
  directory = await mkdtemp(join(tmpdir(), 'rollcall-gateway-nats-'));
  const configFile = join(directory, 'nats.conf');
  await writeFile(configFile, config);
  nats = await startNats({ configFile });
});
afterAll(async () => {
  await nats.stop();
  await rm(directory, { recursive: true, force: true });
});

function optionsOf(user: string, nodeName = user): JoinClusterOptions {
  const connection = { user, password: passwordOf(user), inboxPrefix: `_INBOX_${nodeName}` };
  return { ...common, nats: nats.urls, nodeName, connection };
}

const engine = () => joinCluster({ ...optionsOf('everything', 'engine-1'), engine: true });

describe('NATS credentials that may not do what is needed', () => {
  test('to join are refused with the subject, and nothing is left', async () => {
    const handlesBefore = openHandles();
    await expect(joinCluster(optionsOf('lacking', leaseOf))).rejects.toMatchObject({
      code: 'nats_forbidden',
      message: expect.stringContaining(`"${lacked}"`) as string,
    });
    await expect.poll(() => leftSince(handlesBefore)).toEqual([]);
  });

  test('that are wrong are refused, and nothing is left', async () => {
    const handlesBefore = openHandles();
    const { connection, ...options } = optionsOf(leaseOf);
    const wrong = joinCluster({ ...options, connection: { ...connection, password: 'guess' } });
    await expect(wrong).rejects.toMatchObject({ code: 'nats_unauthorized' });
    await expect.poll(() => leftSince(handlesBefore)).toEqual([]);
  });

  test('of one that only holds sessions make no accounts, and the error says what to allow', async () => {
    const owner = await engine();
    const gateway = await joinCluster(optionsOf(leaseOf));
    await expect(gateway.ensureUser(alice)).rejects.toMatchObject({
      code: expect.stringMatching(/^(nats|store)_/) as string,
      message: expect.stringContaining('$KV.rollcall_records') as string,
    });
    await gateway.stop();
    await owner.stop();
  });
});

test('gateways that join and leave, with sessions that are open, leave nothing', async () => {
  const handlesBefore = openHandles();
  const owner = await engine();
  await owner.ensureUser(alice);
  for (let count = 0; count < 10; count++) {
    const gateway = await joinCluster(optionsOf(leaseOf));
    const frontEnd = gateway.createFrontEnd();
    await frontEnd.listenTcp({ host: '127.0.0.1', port: 0 });
    const session = await frontEnd.openSession({ user: alice });
    session.setPresence();
    await gateway.stop();
    expect(await session.ended).toMatchObject({ condition: 'system-shutdown' });
  }
  await owner.stop();
  await expect.poll(() => leftSince(handlesBefore)).toEqual([]);
});
