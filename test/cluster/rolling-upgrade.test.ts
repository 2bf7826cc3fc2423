// Scenario 7: nodes of two versions side by side, in both orders: front-ends before engines, then engines before front-ends.

import { connectNats, findNatsCoordination, type NatsLink } from '@rollcall/nats';
import { RollcallCluster, type ClusterNodeProcess } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { Crowd } from './crowd.ts';

/** Here no lease has to run out, and nodes of a busy machine renew theirs late. */
const leaseTtlMs = 6_000;
const talk = { everyMs: 1_000, aroundMs: 300 };
/** Long enough for everyone to say something. */
const briefly = { everyMs: 500, aroundMs: 750 };
const newerVersion = {
  NODE_OPTIONS: `--import=${new URL('newer-version.mjs', import.meta.url).href}`,
};

let cluster: RollcallCluster;
let crowd: Crowd;
/** As whoever has credentials to publish. */
let visitor: NatsLink;

beforeAll(async () => {
  cluster = await RollcallCluster.start({ leaseTtlMs, engines: 2, frontEnds: 2 });
  crowd = await Crowd.gather(cluster, { size: 12, contactsEach: 4 });
  visitor = await connectNats({ urls: [...cluster.nats.urls] }, pino({ level: 'silent' }));
});

afterAll(async () => {
  await visitor.connection.close();
  await crowd.leave();
  await cluster.stop();
});

async function restart(
  node: ClusterNodeProcess,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const there = crowd.membersAt(node);
  await node.stop();
  await Promise.all(there.map(({ client }) => client.connection.closed));
  await node.start(environment);
  await Promise.all(there.map((member) => member.comeBack(cluster)));
}

async function expectRestartsUnnoticed(
  nodes: readonly ClusterNodeProcess[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  for (const node of nodes) {
    const outcome = await crowd.talkWhile(talk, () => restart(node, environment));
    const { disconnected, disordered, skipped, missing } = outcome;
    expect({ disconnected, disordered, skipped, missing }, node.name).toEqual({
      disconnected: [],
      disordered: [],
      skipped: [],
      missing: [],
    });
  }
}

/** What is logged as a warning or worse, of all nodes. */
function complaints(): readonly string[] {
  const lines = cluster.nodes.flatMap(({ output }) => output.split('\n'));
  return lines.filter((line) => /"level":[456]0/.test(line));
}

describe('a rolling upgrade', () => {
  test('to a version that says more, and back: no presence is lost, and nobody complains', async () => {
    onTestFailed(() => {
      process.stderr.write(cluster.log());
    });
    const [frontEnds, engines] = [cluster.frontEnds, cluster.engines];
    await expectRestartsUnnoticed([...frontEnds, ...engines], newerVersion);
    expect((await leases()).filter((lease) => lease.includes('"later"'))).toHaveLength(4);
    expect(complaints()).toEqual([]);
    await expectRestartsUnnoticed([...frontEnds, ...engines], {});
    expect(complaints()).toEqual([]);
    expect(await cluster.command('audit')).toContain('all agree');
  });
});

async function leases(): Promise<readonly string[]> {
  const coordination = await findNatsCoordination(visitor);
  const entries = (await coordination?.leases.entries()) ?? [];
  return entries.filter(({ key }) => key.startsWith('node.')).map(({ value }) => value);
}

/** Says something to a node in the name of a process, which is another matter than being let to. */
function publish(to: ClusterNodeProcess, from: string, frame: object): void {
  const life = /"process":"[^"]*~(\d+)"/.exec(to.output)?.[1];
  const sender = from.replace('~', '.');
  const subject = `rollcall.v1.frame.${to.name}.${life}.${sender}`;
  visitor.connection.publish(subject, JSON.stringify(frame));
}

async function metric(node: ClusterNodeProcess, name: string): Promise<number> {
  const text = await fetch(`${node.adminUrl}/metrics`).then((answer) => answer.text());
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

describe('frames that are not acted upon', () => {
  test('those of a format to come: said once, counted, and nothing else is disturbed', async () => {
    const [engine] = cluster.engines;
    if (engine === undefined) throw new Error('the cluster has no engine');
    const outcome = await crowd.talkWhile(briefly, async () => {
      for (const number of [1, 2, 3])
        publish(engine, 'visitor~1', {
          v: 2,
          kind: 'data',
          number,
          contents: 'of another kind',
        });
      await expect.poll(() => metric(engine, 'rollcall_frames_unreadable_total')).toBe(3);
    });
    expect(outcome).toMatchObject({ disconnected: [], disordered: [], skipped: [], missing: [] });
    const said = engine.output.split('\n').filter((line) => line.includes('frame_unreadable'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('"process":"visitor~1"');
  });

  test('those of a former life of a node, and those of nobody: no client is shown anything of them', async () => {
    const [[engine], [frontEnd]] = [cluster.engines, cluster.frontEnds];
    if (engine === undefined || frontEnd === undefined) throw new Error('nodes are missing');
    await restart(engine, {});
    const gone = `<presence type='unavailable' from='ghost@localhost/r'`;
    const envelopes = Array.from({ length: 100 }, (_, index) => ({
      ...{ kind: 'deliver', sessions: [index], head: gone, tail: '/>' },
    }));
    const outcome = await crowd.talkWhile(briefly, async () => {
      for (const from of ['engine-1~1', 'nobody~1'])
        for (const epoch of [1, 2, 1_000])
          publish(frontEnd, from, {
            ...{ v: 1, kind: 'data', from, epoch, stream: 1, number: 1 },
            envelopes: [...envelopes, { kind: 'close', session: 1, condition: 'reset' }],
          });
      await visitor.connection.flush();
    });
    expect(outcome).toMatchObject({ disconnected: [], disordered: [], missing: [], shownGone: [] });
  });
});
