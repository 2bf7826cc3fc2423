// Scenarios 3, 4 and 8, promises 1 and 2: subscriptions are made while NATS loses the consumers by which engines are given
// handshakes, or the server that leads JetStream, or an engine is paused. Each is complete on both sides in the end, and
// nobody is told twice.

import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { defaultClusterLimits } from '@rollcall/cluster';
import { connectNats } from '@rollcall/nats';
import { patienceMs, RollcallCluster } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { metaLeader } from './meta-leader.ts';
import { percentile, report } from './numbers.ts';
import { Subscribers } from './subscribers.ts';

const stream = 'rollcall_handshakes';
const askEveryMs = 200;
/** A server that hangs is noticed by missing pings; then streams and consumers elect their leaders, and engines pull again. */
const flowsAgainWithinMs = 2 * patienceMs;
const noticedMs = 4_000;
/** What is in an engine's hands for longer is delivered again. */
const acknowledgedWithinMs = defaultClusterLimits.handshakeAckWaitMs;

let cluster: RollcallCluster;
let subscribers: Subscribers;

async function gather(name: string): Promise<Subscribers> {
  onTestFailed(() => {
    process.stderr.write(cluster.log());
  });
  const [askAt, answerAt] = cluster.frontEnds;
  subscribers = await Subscribers.gather(cluster, { name, each: 16, askAt, answerAt });
  return subscribers;
}

afterEach(() => subscribers.leave());

interface Course {
  readonly faultAtMs: number;
  readonly flowsAgainMs: number;
}

/** People go on asking until all who have asked during the fault are approved, and for a while after it is mended. */
async function askThrough(
  asked: Subscribers,
  fault: () => Promise<void>,
  mend: () => Promise<void>,
): Promise<Course> {
  const course = { faultAtMs: 0, flowsAgainMs: 0 };
  await asked.askWhile(askEveryMs, async () => {
    course.faultAtMs = performance.now();
    await fault();
    try {
      await delay(noticedMs);
      await asked.untilAllApproved(flowsAgainWithinMs);
      course.flowsAgainMs = performance.now() - course.faultAtMs;
    } finally {
      await mend();
    }
  });
  return course;
}

/** Answers how long the slowest took. */
async function expectCompleteAndOnce(
  what: string,
  asked: Subscribers,
  course: Course,
): Promise<number> {
  const endedAtMs = performance.now();
  // A server that comes back must catch up first.
  await asked.untilAllApproved();
  const incomplete = await asked.incomplete();
  const waited = asked.asks.map(({ askedAtMs, approvedAtMs: [at = NaN] }) => at - askedAtMs);
  const after = asked.asks.filter(({ askedAtMs }) => askedAtMs > course.faultAtMs);
  const flowing = after.map(({ approvedAtMs: [at = NaN] }) => at - course.faultAtMs);
  report(what, {
    asked: asked.asks.length,
    'told to try again': asked.refused,
    'approved after p50 ms': percentile(waited, 50),
    'longest ms': Math.max(...waited),
    'first of those asked after it, ms': Math.min(...flowing),
    'all asked during it, after ms': course.flowsAgainMs,
    'the rest, after the last was asked, ms': performance.now() - endedAtMs,
  });
  expect(incomplete, 'on both sides').toEqual([]);
  expect(asked.toldAgain).toEqual([]);
  expect(asked.disconnected).toEqual([]);
  return Math.max(...waited);
}

describe('handshakes of a cluster on one NATS server', () => {
  beforeAll(async () => {
    cluster = await RollcallCluster.start();
  });

  afterAll(() => cluster.stop());

  test('flow again when all consumers are deleted under their owners', async () => {
    const asked = await gather('lost');
    const course = await askThrough(asked, deleteConsumers, () => Promise.resolve());
    await expectCompleteAndOnce('all consumers deleted', asked, course);
  });

  test('that a paused engine has in hand are dealt with by the next, and none waits until it is given up', async () => {
    const asked = await gather('paused');
    const [engine] = cluster.engines;
    const course = await askThrough(
      asked,
      () => {
        engine?.signal('SIGSTOP');
        return Promise.resolve();
      },
      async () => {
        engine?.signal('SIGCONT');
        await engine?.untilReady();
      },
    );
    const longestMs = await expectCompleteAndOnce('an engine paused', asked, course);
    expect(longestMs).toBeLessThan(acknowledgedWithinMs);
  });
});

describe('handshakes of a cluster on three NATS servers (R3)', () => {
  beforeAll(async () => {
    // Who is at a server that hangs would be fenced, and its clients cut off, before it has found another.
    cluster = await RollcallCluster.start({ natsServers: 3, leaseTtlMs: 12_000 });
  });

  afterAll(() => cluster.stop());

  test('flow again when the server that leads JetStream is killed (-9), and when it is back', async () => {
    const asked = await gather('killed');
    const leader = await metaLeader(cluster.nats);
    const course = await askThrough(
      asked,
      () => leader.kill(),
      () => leader.start(),
    );
    await expectCompleteAndOnce("JetStream's leader killed", asked, course);
  });

  test('flow again when the server that leads JetStream hangs, and when it goes on', async () => {
    const asked = await gather('hung');
    const leader = await metaLeader(cluster.nats);
    const send = (signal: NodeJS.Signals) => () => {
      leader.signal(signal);
      return Promise.resolve();
    };
    const course = await askThrough(asked, send('SIGSTOP'), send('SIGCONT'));
    await expectCompleteAndOnce("JetStream's leader hangs", asked, course);
  });
});

async function deleteConsumers(): Promise<void> {
  const link = await connectNats({ urls: [...cluster.nats.urls] }, pino({ level: 'silent' }));
  try {
    const { consumers } = await jetstreamManager(link.connection);
    const names: string[] = [];
    for await (const { name } of consumers.list(stream)) names.push(name);
    expect(names).toHaveLength(256);
    await Promise.all(
      names.map((name) => consumers.delete(stream, name).catch(unlessOnlyFilesAreLeft)),
    );
  } finally {
    await link.connection.close();
  }
}

/** NATS 2.9 has forgotten the consumer before it removes its directory, and stumbles where a write is still under way. */
function unlessOnlyFilesAreLeft(error: unknown): void {
  const isLeftOver =
    error instanceof JetStreamApiError && error.message.includes('directory not empty');
  if (!isLeftOver) throw error;
}
