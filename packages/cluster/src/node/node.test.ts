import type { BareJid } from '@rollcall/xmpp';
import type { Timers } from '@rollcall/store';
import { describe, expect, test } from 'vitest';
import type { Bucket } from '../coordination/coordination.ts';
import { mapKey } from '../membership/keys.ts';
import { decodeShardMap } from '../shard/shard-map.ts';
import { shardOf } from '../shard/shard-of.ts';
import { ClusterWorld, leaseTtlMs, type TestNode } from '../testing/cluster-world.ts';
import { Crowd } from '../testing/crowd.ts';
import { jid, TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

const fiveMinutesMs = 5 * 60_000;

/** Two users whose shards that node owns. */
async function usersOf({ node }: TestNode, facts: Bucket): Promise<[BareJid, BareJid]> {
  const stored = await facts.read(mapKey);
  const owners = decodeShardMap(stored?.value ?? '')?.owners ?? [];
  const names = Array.from({ length: 100 }, (_, index) => jid(`user${index}@localhost`));
  const [first, second] = names.filter((user) => owners[shardOf(user)]?.owner === node.process);
  if (first === undefined || second === undefined) throw new Error('it owns nobody');
  return [first, second];
}

function unwatched(facts: Bucket): Bucket {
  return {
    read: (key) => facts.read(key),
    entries: (prefix) => facts.entries(prefix),
    write: (key, value, expectedRevision) => facts.write(key, value, expectedRevision),
    remove: (key, expectedRevision) => facts.remove(key, expectedRevision),
    watch: () => Promise.resolve({ stop: () => undefined }),
  };
}

interface Cluster {
  readonly world: ClusterWorld;
  readonly engines: readonly TestNode[];
  readonly fronts: readonly TestNode[];
}

async function cluster(engineCount: number, frontCount: number): Promise<Cluster> {
  const world = new ClusterWorld();
  const engines: TestNode[] = [];
  const fronts: TestNode[] = [];
  for (let number = 1; number <= engineCount; number++)
    engines.push(await world.start(`engine${number}`, 'engine'));
  for (let number = 1; number <= frontCount; number++)
    fronts.push(await world.start(`front${number}`, 'front-end'));
  await world.clock.advance(10_000);
  return { world, engines, fronts };
}

describe('a cluster', () => {
  test('lets users of two front-ends watch each other', async () => {
    const { world, engines, fronts } = await cluster(2, 2);
    await world.addUsers(engines[0]!, alice, bob);
    const a = await world.login(fronts[0]!, alice, 'garden');
    const b = await world.login(fronts[1]!, bob, 'orchard');
    a.presence();
    b.presence();
    await world.clock.advance(100);
    await world.subscribe(b, a);
    a.status('hello');
    await world.clock.advance(100);
    expect(b.take()).toEqual([
      "<presence from='alice@localhost/garden' to='bob@localhost/orchard'><status>hello</status></presence>",
    ]);
  });

  test('shows every change once, and in order, while nothing fails', async () => {
    const { world, engines, fronts } = await cluster(3, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    await crowd.chatter(10_000, 50);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: true })).toEqual([]);
  });

  test('keeps that when the bus loses every fifth frame', async () => {
    const { world, engines, fronts } = await cluster(2, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 6);
    let count = 0;
    world.loses = () => ++count % 5 === 0;
    await crowd.chatter(5_000, 50);
    await world.clock.advance(3_000);
    expect(crowd.faults({ complete: true })).toEqual([]);
  });
});

describe('a front-end that dies', () => {
  test('takes its sessions with it, once each, within ten seconds, and nobody else (promise 3)', async () => {
    const { world, engines, fronts } = await cluster(2, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 6);
    fronts[1]!.node.crash();
    const gone = new Set(crowd.people.filter(({ at }) => at === fronts[1]));
    await world.clock.advance(10_000);
    expect(crowd.faults({ complete: false, gone })).toEqual([]);
  });
});

describe('an owner that dies', () => {
  test('is replaced within ten seconds; nobody is disconnected or shown gone, the last presence arrives', async () => {
    const { world, engines, fronts } = await cluster(3, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    await crowd.chatter(1_000, 20);
    engines[1]!.node.crash();
    await crowd.chatter(10_000, 50);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: false })).toEqual([]);
    crowd.forget();
    await crowd.chatter(2_000, 50);
    await world.clock.advance(500);
    expect(crowd.faults({ complete: true })).toEqual([]);
  });

  test('is replaced also when it led', async () => {
    const { world, engines, fronts } = await cluster(3, 2);
    const crowd = await Crowd.gather(world, engines[1]!, fronts, 6);
    engines[0]!.node.crash();
    await crowd.chatter(10_000, 50);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: false })).toEqual([]);
  });

  test('leaves no ghosts when its sessions die with it', async () => {
    const world = new ClusterWorld();
    const nodes: TestNode[] = [];
    for (const name of ['one', 'two', 'three']) nodes.push(await world.start(name, 'all'));
    await world.clock.advance(10_000);
    const crowd = await Crowd.gather(world, nodes[0]!, nodes, 9);
    nodes[1]!.node.crash();
    const gone = new Set(crowd.people.filter(({ at }) => at === nodes[1]));
    await crowd.chatter(10_000, 50);
    await world.clock.advance(2_000);
    expect(crowd.faults({ complete: false, gone })).toEqual([]);
  });
});

describe('the last engine, that stops', () => {
  test('says of nobody that they are gone whose record it has not read yet (promise 3)', async () => {
    const { world, engines, fronts } = await cluster(2, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    world.records.read = () => new Promise(() => undefined);
    engines[1]!.node.crash();
    await world.clock.advance(leaseTtlMs * 2);
    await world.during(engines[0]!.node.stop({ timeoutMs: 5_000 }), 6_000);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: false })).toEqual([]);
  });

  test('answers nothing any more once it has forgotten who is here', async () => {
    const world = new ClusterWorld();
    const engine = await world.start('engine1', 'engine', { linkLimits: { framesKept: 8 } });
    const front = await world.start('front1', 'front-end');
    await world.clock.advance(10_000);
    const crowd = await Crowd.gather(world, engine, [front], 4);
    // So much of what it says is lost that the front-end will ask who is gone.
    world.loses = (to) => to === front.node.process;
    await crowd.chatter(1_000, 50);
    const stopped = engine.node.stop({ timeoutMs: 5_000 });
    await world.clock.advance(1_000);
    world.loses = () => false;
    await world.during(stopped, 6_000);
    await world.start('engine2', 'engine');
    await world.clock.advance(10_000);
    expect(crowd.faults({ complete: false })).toEqual([]);
  });
});

describe('shards that move on purpose', () => {
  test('lose nothing and repeat nothing when an engine leaves under load', async () => {
    const { world, engines, fronts } = await cluster(3, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    await crowd.chatter(500, 20);
    const stopped = engines[1]!.node.stop({ timeoutMs: 10_000 });
    await crowd.chatter(5_000, 20);
    await world.during(stopped, 10_000);
    await crowd.chatter(2_000, 20);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: true })).toEqual([]);
  });

  test('lose nothing and repeat nothing when an engine joins under load', async () => {
    const { world, engines, fronts } = await cluster(2, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    const joining = world.start('engine3', 'engine');
    await joining;
    await crowd.chatter(5_000, 20);
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: true })).toEqual([]);
  });
});

describe('a node that is cut off for longer than its lease', () => {
  test('is replaced, and begins another life when it is back', async () => {
    const { world, engines, fronts } = await cluster(3, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 9);
    const before = engines[1]!.node.process;
    engines[1]!.setConnected(false);
    await crowd.chatter(leaseTtlMs * 2, 50);
    engines[1]!.setConnected(true);
    await crowd.chatter(leaseTtlMs * 4, 50);
    await world.clock.advance(1_000);
    expect(engines[1]!.node.process).not.toBe(before);
    expect(crowd.faults({ complete: false })).toEqual([]);
  });
});

describe('an owner that was cut off, and whose watch of the shard map stays silent', () => {
  test('does nothing in the name of its shards once it holds its lease again, though its users are its own', async () => {
    const { world, engines } = await cluster(2, 0);
    const coordination = world.coordination.connect();
    const cut = await world.start('node3', 'all', {
      coordination: { ...coordination, facts: unwatched(coordination.facts) },
    });
    await world.clock.advance(10_000);
    const [first, second] = await usersOf(cut, coordination.facts);
    await world.addUsers(engines[0]!, first, second);
    const speaker = await world.login(cut, first, 'garden');
    const witness = await world.login(cut, second, 'orchard');
    speaker.presence();
    witness.presence();
    await world.clock.advance(100);
    await world.subscribe(witness, speaker);

    const life = cut.node.process;
    cut.setConnected(false);
    coordination.setConnected(false);
    await world.clock.advance(leaseTtlMs);
    speaker.status('said without a lease');
    await world.clock.advance(leaseTtlMs * 2);
    coordination.setConnected(true);
    cut.setConnected(true);
    await world.clock.advance(leaseTtlMs * 2);
    expect(witness.take()).toEqual([]);
    expect(cut.node.process).not.toBe(life);
  });
});

describe('a login that comes late', () => {
  const withClockWrongBy = (world: ClusterWorld, ms: number): Timers => ({
    now: () => world.clock.now() + ms,
    setTimeout: (fn, afterMs) => world.clock.setTimeout(fn, afterMs),
  });

  test('takes no place from a newer one, whatever the clocks of front-ends say (scenarios 14, 29)', async () => {
    const { world, engines } = await cluster(1, 0);
    const [slow, fast] = await Promise.all(
      [fiveMinutesMs, -fiveMinutesMs].map((ms, index) =>
        world.start(`front${index}`, 'front-end', { timers: withClockWrongBy(world, ms) }),
      ),
    );
    await world.clock.advance(10_000);
    await world.addUsers(engines[0]!, alice);
    world.loses = (_to, { kind, from }) => kind === 'data' && from === slow?.node.process;
    const older = TestClient.login(slow!.node.gate, alice, 'r');
    const refused = expect(older).rejects.toThrow('resource-constraint');
    await world.clock.advance(5_000);
    const newer = await world.login(fast!, alice, 'r');
    await world.clock.advance(10_000);
    await refused;
    world.loses = () => false;
    await world.clock.advance(10_000);
    expect(newer.closedBy).toBeUndefined();
    expect(slow?.node.gate.size).toBe(0);
    const newest = await world.login(slow!, alice, 'r');
    expect([newer.closedBy, newest.closedBy]).toEqual(['conflict', undefined]);
  });
});

describe('a node that is stopped while it begins another life', () => {
  test('leaves the cluster, and gives its name up', async () => {
    const { world, engines } = await cluster(2, 1);
    const stopped = engines[1]!;
    const { node } = stopped;
    const before = node.process;
    stopped.setConnected(false);
    await world.clock.advance(leaseTtlMs * 2);
    stopped.setConnected(true);
    // It hears that it was declared dead; the next life is not part of the cluster yet.
    for (let waits = 0; node.epoch > 0 && waits < 100; waits += 1) await world.clock.advance(20);
    expect([node.epoch, node.process]).toEqual([0, before]);
    await world.during(node.stop({ timeoutMs: 10_000 }), 10_000);
    const nextNode = await world.start('engine2', 'engine');
    await world.clock.advance(1_000);
    expect(nextNode.node.epoch).toBe(engines[0]!.node.epoch);
  });
});

describe('names', () => {
  test('are held by one living node at a time', async () => {
    const { world } = await cluster(1, 0);
    await expect(world.start('engine1', 'engine')).rejects.toMatchObject({
      code: 'node_name_taken',
    });
  });

  test('are taken over by the next life of a node that has died, before its lease has run out', async () => {
    const { world, engines, fronts } = await cluster(1, 2);
    const crowd = await Crowd.gather(world, engines[0]!, fronts, 4);
    fronts[1]!.node.crash();
    await world.start('front2', 'front-end');
    const gone = new Set(crowd.people.filter(({ at }) => at === fronts[1]));
    await world.clock.advance(1_000);
    expect(crowd.faults({ complete: false, gone })).toEqual([]);
  });
});
