// Scenario 31: the users of infra/nats/permissions.conf can do what they need, and stolen ones not much more.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectNats,
  openJetStreamQueue,
  openNatsCoordination,
  openNatsRecords,
  requirePermissions,
  type NatsLink,
} from '@rollcall/nats';
import { RollcallCluster, startNats, type ClusterNodeProcess } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  configOf,
  environmentOf,
  passwordOf,
  shippedConfig,
  shippedUsers,
  type NatsUser,
} from './nats-users.ts';

const log = pino({ level: 'silent' });
const engineName = 'engine-1';
const frontEndName = 'front-end-1';

async function configFileWith(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-permissions-'));
  const path = join(folder, 'nats.conf');
  await writeFile(path, text);
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

function connectAs(user: string, url: string, inboxOf = user): Promise<NatsLink> {
  const inboxPrefix = `_INBOX_${inboxOf}`;
  return connectNats({ urls: [url], user, password: passwordOf(user), inboxPrefix }, log);
}

describe('a cluster whose NATS users have the permissions of infra/nats/permissions.conf', () => {
  let config: Awaited<ReturnType<typeof configFileWith>>;
  let cluster: RollcallCluster;
  let frontEnd: ClusterNodeProcess;

  beforeAll(async () => {
    config = await configFileWith(await shippedConfig());
    cluster = await RollcallCluster.start({
      engines: 0,
      frontEnds: 0,
      nats: { configFile: config.path },
      environment: environmentOf('operator'),
    });
    await cluster.addNode('engine', engineName, { environment: environmentOf(engineName) });
    frontEnd = await cluster.addNode('front-end', frontEndName, {
      environment: environmentOf(frontEndName),
    });
  });

  afterAll(async () => {
    await cluster.stop();
    await config.remove();
  });

  test('serves: users subscribe to each other and see each other, and nothing was refused', async () => {
    await cluster.importAccounts([{ name: 'romeo' }, { name: 'juliet' }]);
    const [romeo, juliet] = await Promise.all([
      cluster.login('romeo', frontEnd, { resource: 'r' }),
      cluster.login('juliet', frontEnd, { resource: 'r' }),
    ]);
    for (const client of [romeo, juliet]) {
      client.send('<presence/>');
      await client.ping();
    }
    romeo.send(`<presence to='${juliet.bareJid}' type='subscribe'/>`);
    await juliet.expect(`<presence from='${romeo.bareJid}' type='subscribe'/>`);
    juliet.send(`<presence to='${romeo.bareJid}' type='subscribed'/>`);
    await romeo.expect(`<presence from='${juliet.bareJid}' type='subscribed'/>`);
    await romeo.expect(`<presence from='${juliet.jid}'/>`);
    await juliet.close();
    await romeo.expect(`<presence from='${juliet.jid}' type='unavailable'/>`);
    await romeo.close();
    expect(cluster.log(Infinity)).not.toContain('nats_error');
  });

  test('is looked after with the credentials of the operator', async () => {
    const status = JSON.parse(await cluster.command('status', '--json')) as { nodes: unknown[] };
    expect(status.nodes).toHaveLength(2);
    expect(await cluster.command('audit')).not.toMatch(/NATS/);
    expect(await cluster.command('export')).toContain('romeo@localhost');
    expect(await cluster.command('user', 'list')).toContain('juliet@localhost');
    expect(await cluster.command('user', 'remove', 'juliet@localhost')).not.toMatch(/NATS/);
    expect(await cluster.command('drain', frontEndName)).not.toMatch(/NATS/);
    expect(await cluster.command('drain', frontEndName, '--cancel')).not.toMatch(/NATS/);
  });

  test('tells a node with the credentials of another, at its start, what to allow', async () => {
    const other = await cluster.planNode('front-end', 'front-end-2', {
      environment: environmentOf(frontEndName),
    });
    await other.launch();
    expect(await other.exited).toMatchObject({ code: 1 });
    expect(other.output).toContain('"$KV.rollcall_leases.node.front-end-2"');
    expect(other.output).toContain('"rollcall.v1.frame.front-end-2.*.*.*"');
    await other.vacate();
  });

  describe('confines the stolen credentials of a front-end', () => {
    let link: NatsLink;

    beforeAll(async () => {
      link = await connectAs(frontEndName, cluster.nats.urls[0] ?? '');
    });

    afterAll(() => link.connection.close());

    test('they write no record', async () => {
      const records = await openNatsRecords(link);
      await expect(records.write('account/mallory', new Uint8Array(1), 0)).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('publish on "$KV.rollcall_records.>"') as string,
      });
    });

    test.each(['leader', `node.${engineName}`])('they do not take the lease %s', async (key) => {
      const { leases } = await openNatsCoordination(link, { leaseTtlMs: 3_000 });
      const held = await leases.read(key);
      await expect(leases.write(key, 'mine', held?.revision ?? 0)).rejects.toMatchObject({
        code: 'coordination_unavailable',
        message: expect.stringContaining(`publish on "$KV.rollcall_leases.${key}"`) as string,
      });
    });

    test('they give no shard to anyone', async () => {
      const { facts } = await openNatsCoordination(link, { leaseTtlMs: 3_000 });
      const map = await facts.read('map');
      await expect(facts.write('map', '{}', map?.revision ?? 0)).rejects.toMatchObject({
        message: expect.stringContaining('publish on "$KV.rollcall_facts.map"') as string,
      });
    });

    test('they put no handshake into the queue', async () => {
      const queue = await openJetStreamQueue(link);
      const message = { id: 'forged', shard: 7, body: new Uint8Array(1) };
      await expect(queue.publish(message)).rejects.toMatchObject({
        message: expect.stringContaining('"rollcall.v1.handshake.7"') as string,
      });
      await queue.close();
    });

    test.each([
      ['speak to an engine as another engine', `rollcall.v1.frame.${engineName}.1.engine-2.1`],
      ['speak to all as an engine', `rollcall.v1.frames.${engineName}.1`],
      ['take an engine`s handshakes', '$JS.API.CONSUMER.CREATE.rollcall_handshakes.x'],
      ['list the records', '$JS.API.CONSUMER.CREATE.KV_rollcall_records.x'],
      ['delete a stream', '$JS.API.STREAM.DELETE.KV_rollcall_records'],
      ['purge a stream', '$JS.API.STREAM.PURGE.KV_rollcall_records'],
      ['change a stream', '$JS.API.STREAM.UPDATE.KV_rollcall_records'],
      ['delete a message', '$JS.API.STREAM.MSG.DELETE.KV_rollcall_records'],
    ])('they do not %s', async (_, subject) => {
      await expect(link.connection.request(subject)).rejects.toThrow(`Publish to "${subject}"`);
    });

    test.each([`_INBOX_${engineName}.>`, `rollcall.v1.frame.${engineName}.*.*.*`, '>'])(
      'they do not hear %s',
      async (subject) => {
        const refused = new Promise((resolve) => {
          link.connection.subscribe(subject, { callback: resolve });
        });
        expect(await refused).toMatchObject({ name: 'PermissionViolationError', subject });
      },
    );

    test('they remove no account by a command, which says what to allow', async () => {
      await expect(
        cluster.commandWith(environmentOf(frontEndName), 'user', 'remove', 'romeo@localhost'),
      ).rejects.toThrow(
        /ended with 1:[^]*publish on "\$KV\.rollcall_records\.account\/romeo=40localhost"/,
      );
      expect(await cluster.commandWith(environmentOf('operator'), 'user', 'list')).toContain(
        'romeo@localhost',
      );
    });
  });
});

describe('a node to which one permission was not given', () => {
  interface Lacking {
    readonly user: NatsUser;
    readonly lacks: string;
    readonly engine: boolean;
    readonly nodeName: string;
  }
  let config: Awaited<ReturnType<typeof configFileWith>>;
  let nats: Awaited<ReturnType<typeof startNats>>;
  let lacking: readonly Lacking[];

  beforeAll(async () => {
    const nodes = (await shippedUsers()).filter(({ name }) => name !== 'operator');
    lacking = nodes.flatMap(lackingOne);
    config = await configFileWith(configOf(lacking.map(({ user }) => user)));
    nats = await startNats({ configFile: config.path });
  });

  afterAll(async () => {
    await nats.stop();
    await config.remove();
  });

  function lackingOne({ name, publish, subscribe }: NatsUser): readonly Lacking[] {
    const without = (list: readonly string[], lacks: string) => list.filter((one) => one !== lacks);
    // Only the first engine of a cluster makes the streams.
    const lacks = [...publish, ...subscribe].filter((one) => !one.includes('.STREAM.CREATE.'));
    return lacks.map((one, number) => ({
      user: {
        name: `${name}-lacks-${number}`,
        publish: without(publish, one),
        subscribe: without(subscribe, one),
      },
      lacks: one,
      engine: name === engineName,
      nodeName: name,
    }));
  }

  test('is told which, whichever it is', async () => {
    const [url = ''] = nats.urls;
    expect(lacking.length).toBeGreaterThan(40);
    for (const { user, lacks, engine, nodeName } of lacking) {
      const link = await connectAs(user.name, url, nodeName);
      const role = { nodeName, engine, registration: false };
      const refusal: unknown = await requirePermissions(link, role).catch(
        (error: unknown) => error,
      );
      expect(refusal, lacks).toMatchObject({ code: 'nats_forbidden' });
      expect(String(refusal)).toContain(`"${lacks}"`);
      await link.connection.close();
    }
  });
});
