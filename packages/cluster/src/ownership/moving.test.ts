import { beforeEach, describe, expect, test } from 'vitest';
import type { AnnouncedSession, Moving, ToOwner } from '../envelope/envelope.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import { mapAfter, noMap, type ShardMap } from '../shard/shard-map.ts';
import { shardCount, shardOf } from '../shard/shard-of.ts';
import { jid } from '../testing/test-client.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Routes, type Opened } from './routes.ts';
import type { Announcer } from './tenure.ts';
import { Tenures } from './tenures.ts';

const old = processIdOf('old', 1);
const next = processIdOf('next', 1);
const front = processIdOf('front', 1);
const user = jid('alice@localhost');
const shard = shardOf(user);

function mapOf(before: ShardMap, owner: ProcessId, engines: readonly ProcessId[] = [old, next]) {
  const owners = Array.from({ length: shardCount }, (_, index) =>
    index === shard ? owner : undefined,
  );
  return mapAfter(before, { engines, frontEnds: [front], owners });
}

describe('a process that speaks to owners', () => {
  let left: string[];
  let opened: Opened[];
  let routes: Routes;

  beforeEach(() => {
    left = [];
    opened = [];
    routes = new Routes({
      leave: (owner, of, since) => left.push(`${owner} ${of === shard} ${since}`),
      opened: (shards) => opened.push(...shards),
    });
  });

  test('takes leave of an owner that lives, and speaks to the next when that one is done', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    expect(opened).toEqual([{ shard, owner: old, since: 1, lost: 'nothing' }]);
    routes.follow(mapOf(first, next));
    expect(left).toEqual([`${old} true 1`]);
    expect(routes.ownerOf(shard)).toBeUndefined();
    routes.left(old, shard, 1, true);
    expect(routes.ownerOf(shard)).toBe(next);
    expect(opened.at(-1)).toEqual({ shard, owner: next, since: 2, lost: 'nothing' });
  });

  test('speaks to the next at once where the former is dead, and says that something may be lost', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    routes.follow(mapOf(first, next, [next]));
    expect(left).toEqual([]);
    expect(opened.at(-1)).toEqual({ shard, owner: next, since: 2, lost: 'recent' });
  });

  test('does not wait for one that dies while leave is taken of it', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    const second = mapOf(first, next);
    routes.follow(second);
    routes.follow(mapOf(second, next, [next]));
    expect(opened.at(-1)).toEqual({ shard, owner: next, since: 2, lost: 'recent' });
  });

  test('notices that a shard was somebody else’s in between, though it has missed that map', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    routes.follow(mapOf(mapOf(first, next), old));
    expect(left).toEqual([`${old} true 1`]);
    routes.left(old, shard, 1, true);
    expect(opened.at(-1)).toMatchObject({ owner: old, since: 3 });
  });

  test('passes on that a former owner could not tell', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    routes.follow(mapOf(first, next));
    routes.left(old, shard, 1, false);
    expect(opened.at(-1)).toMatchObject({ owner: next, lost: 'recent' });
  });

  test('is not misled by an answer to something else', () => {
    const first = mapOf(noMap, old);
    routes.follow(first);
    routes.follow(mapOf(first, next));
    routes.left(next, shard, 1, true);
    routes.left(old, shard, 7, true);
    expect(routes.ownerOf(shard)).toBeUndefined();
  });
});

describe('an owner', () => {
  let sent: string[];
  let handled: ToOwner[];
  let settled: { readonly announced: readonly Announcer[]; readonly clean: boolean }[];
  let finish: () => void;
  let tenures: Tenures;
  let clock: VirtualClock;

  const bind: ToOwner = {
    kind: 'bind',
    user,
    session: { frontEnd: front, id: 1 },
    resource: 'r',
  };

  beforeEach(() => {
    sent = [];
    handled = [];
    settled = [];
    clock = new VirtualClock();
    tenures = new Tenures({
      self: next,
      metrics: noMetrics,
      queueLimit: 2,
      send: (to: ProcessId, envelope: Moving) => sent.push(`${envelope.kind} ${to}`),
      handle: (envelope) => handled.push(envelope),
      settled: (_shard, announced, clean) => settled.push({ announced, clean }),
      announcedAgain: () => undefined,
      finish: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      changed: () => undefined,
    });
  });

  function announce(from: ProcessId, since = 1, clean = true, sessions: AnnouncedSession[] = []) {
    tenures.announce(from, { kind: 'announce', shard, since, sessions, clean, done: true });
  }

  function settle(): ShardMap {
    const map = mapOf(noMap, next);
    tenures.follow(map);
    for (const from of [old, next, front]) announce(from);
    return map;
  }

  test('says nothing before everyone has announced, and then deals with what waited', () => {
    tenures.follow(mapOf(noMap, next));
    tenures.receive(bind);
    announce(old);
    announce(next);
    expect(handled).toEqual([]);
    expect(tenures.serves(shard)).toBe(false);
    announce(front);
    expect(settled).toHaveLength(1);
    expect(settled[0]?.clean).toBe(true);
    expect(handled).toEqual([bind]);
  });

  test('does not wait for the dead, and asks front-ends then what they show', () => {
    const first = mapOf(noMap, next);
    tenures.follow(first);
    announce(next);
    announce(front);
    expect(settled).toEqual([]);
    tenures.follow(mapOf(first, next, [next]));
    expect(settled[0]?.clean).toBe(false);
    expect(sent).toEqual([`mayBeGone ${front}`]);
  });

  test('waits for each part of what somebody announces', () => {
    tenures.follow(mapOf(noMap, next));
    announce(old);
    announce(next);
    const part = { kind: 'announce', shard, since: 1, sessions: [], clean: true } as const;
    tenures.announce(front, { ...part, done: false });
    expect(settled).toEqual([]);
    tenures.announce(front, { ...part, done: true });
    expect(settled).toHaveLength(1);
  });

  test('keeps no more waiting than it may', () => {
    tenures.follow(mapOf(noMap, next));
    for (let count = 0; count < 5; count++) tenures.receive(bind);
    for (const from of [old, next, front]) announce(from);
    expect(handled).toHaveLength(2);
  });

  test('serves until all have taken leave, finishes, and only then answers them', async () => {
    const map = settle();
    tenures.follow(mapOf(map, old));
    const leave = { kind: 'leave', shard, since: 1 } as const;
    tenures.leave(front, leave);
    tenures.receive(bind);
    expect(handled).toEqual([bind]);
    tenures.leave(old, leave);
    tenures.leave(next, leave);
    await clock.settle();
    expect(sent).toEqual([]);
    finish();
    await clock.settle();
    expect(sent).toEqual([`left ${front}`, `left ${old}`, `left ${next}`]);
    expect(tenures.size).toBe(0);
  });

  test('that never got to serve says so to those who leave', () => {
    const first = mapOf(noMap, next);
    tenures.follow(first);
    announce(front);
    tenures.follow(mapOf(first, old));
    tenures.leave(front, { kind: 'leave', shard, since: 1 });
    expect(sent).toEqual([`left ${front}`]);
    expect(tenures.size).toBe(0);
  });

  test('does not handle what is for a shard that is not its own', () => {
    tenures.follow(mapOf(noMap, old));
    tenures.receive(bind);
    expect(handled).toEqual([]);
  });

  test('cuts a broadcast where one of its shards has not settled', () => {
    const other = jid('bob@localhost');
    const owners = Array.from({ length: shardCount }, (_, index) =>
      index === shard || index === shardOf(other) ? next : undefined,
    );
    const first = mapAfter(noMap, { engines: [old, next], frontEnds: [front], owners });
    tenures.follow(first);
    for (const from of [old, next, front]) announce(from);
    const stamp = { session: { frontEnd: front, id: 1 }, seq: 1 };
    const presence = { stanza: { kind: 'presence', content: '' }, stamp } as const;
    tenures.receive({ kind: 'broadcast', presence, to: [user, other], probe: [other] });
    expect(handled).toMatchObject([{ to: [user], probe: [] }]);
  });
});
