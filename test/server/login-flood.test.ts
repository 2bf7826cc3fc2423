// Scenario 17 on real sockets: a flood of logins, each of which costs the server a PBKDF2. Those who are online see each
// other's presence as fast as ever, and who comes from elsewhere is let in meanwhile.

import { fileURLToPath } from 'node:url';
import { childText, residentKiB, RunningProcess, XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { percentile, report } from '../cluster/numbers.ts';
import { password, TestServer } from './test-server.ts';

const flood = fileURLToPath(new URL('./login-flood.mjs', import.meta.url));

const pairs = 10;
const floodMs = 5_000;
/** From a change to its sight, for 99 of 100, with every core busy hashing; without a flood it is some milliseconds. */
const boundMs = 250;
/** A login that comes from an address of its own, just as a thousand streams wait to be accepted before it. */
const loginBoundMs = 5_000;
/** On a machine so busy that these take long without a flood, it may make them so many times as long. */
const timesAsLong = { sight: 5, login: 20 };
/** What a thousand more streams may take: sockets, parsers, and what the allocator keeps. */
const growthBoundKiB = 100 * 1024;

const speaker = (pair: number) => `speaker-${pair}`;
const watcher = (pair: number) => `watcher-${pair}`;
const everyPair = Array.from({ length: pairs }, (_, pair) => pair);

let server: TestServer;
let online: readonly { readonly speaker: XmppClient; readonly watcher: XmppClient }[];

beforeAll(async () => {
  server = await TestServer.prepare();
  const names = everyPair.flatMap((pair) => [speaker(pair), watcher(pair)]);
  await server.addAccounts(names);
  // Hashed as often as the server does it by itself: that is what a login costs.
  await server.importLines(
    ['crowd', 'latecomer'].map((name) => JSON.stringify({ jid: `${name}@localhost`, password })),
  );
  await server.befriend(everyPair.map((pair) => [speaker(pair), watcher(pair)]));
  await server.start({
    env: {
      // Those who come later wait for these, and for one login of each address.
      ROLLCALL_LIMITS_LOGINS_IN_FLIGHT: '8',
      ROLLCALL_LIMITS_LOGINS_WAITING: '200',
      ROLLCALL_USERS_PRESENCE_BURST: '100000',
    },
  });
  online = await Promise.all(
    everyPair.map(async (pair) => {
      const clients = {
        speaker: await server.login(speaker(pair)),
        watcher: await server.login(watcher(pair)),
      };
      clients.watcher.send('<presence/>');
      await clients.watcher.ping();
      clients.speaker.send('<presence/>');
      await clients.watcher.expect(`<presence from='${clients.speaker.jid}'/>`);
      return clients;
    }),
  );
});
afterAll(() => server.remove());

/** How long each change took to be seen, for as long as `isGoingOn` says. */
async function latencies(isGoingOn: () => boolean): Promise<readonly number[]> {
  const taken: number[] = [];
  while (isGoingOn()) {
    await Promise.all(
      online.map(async (pair) => {
        const saidAtMs = performance.now();
        pair.speaker.send(`<presence><status>${saidAtMs}</status></presence>`);
        await pair.watcher.expect((element) => childText(element, 'status') === String(saidAtMs));
        taken.push(performance.now() - saidAtMs);
      }),
    );
  }
  return taken;
}

/** From an address that nobody else comes from; answers how long it took. */
async function latecomerLogsIn(): Promise<number> {
  const beganMs = performance.now();
  const client = await server.login('latecomer', { localAddress: '127.0.0.31' });
  const tookMs = performance.now() - beganMs;
  await client.close();
  return tookMs;
}

const forMs = (durationMs: number) => {
  const endsAtMs = performance.now() + durationMs;
  return () => performance.now() < endsAtMs;
};

test.each([
  ['many addresses', 1_000, ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14']],
  ['one address', 1_000, ['127.0.0.21']],
])('a flood from %s is queued and shed, and nobody else notices', async (whence, atOnce, from) => {
  const quietLoginMs = await latecomerLogsIn();
  const quiet = await latencies(forMs(1_000));
  const restingKiB = await residentKiB([server.process.pid]);
  const { host, port } = server;
  const words = [flood, host, String(port), 'crowd', password, String(atOnce), ...from];
  const flooding = await RunningProcess.start(process.execPath, words);
  await flooding.waitForLine(/^flooding$/m);
  const [during, loginMs] = await Promise.all([latencies(forMs(floodMs)), latecomerLogsIn()]);
  const floodedKiB = await residentKiB([server.process.pid]);
  flooding.signal('SIGTERM');
  const [line] = await flooding.waitForLine(/^\{.*\}$/m);
  const counts = JSON.parse(line) as Record<'letIn' | 'shed' | 'refused' | 'cut', number>;
  await flooding.exited;

  const p99Ms = percentile(during, 99);
  report(`${atOnce} logins at once from ${whence}, change to sight of those online`, {
    'p99 ms': p99Ms,
    'p99 ms before': percentile(quiet, 99),
    changes: during.length,
    'logins checked': counts.letIn,
    'logins shed': counts.shed,
    'a login from elsewhere, ms': loginMs,
    'the same before, ms': quietLoginMs,
    'growth KiB': floodedKiB - restingKiB,
  });
  expect(counts.letIn).toBeGreaterThan(0);
  expect(counts.shed).toBeGreaterThan(0);
  expect(counts).toMatchObject({ refused: 0, cut: 0 });
  expect(p99Ms).toBeLessThan(Math.max(boundMs, timesAsLong.sight * percentile(quiet, 99)));
  expect(loginMs).toBeLessThan(Math.max(loginBoundMs, timesAsLong.login * quietLoginMs));
  expect(floodedKiB - restingKiB).toBeLessThan(growthBoundKiB);
  expect(online.every((pair) => pair.speaker.connection.isOpen)).toBe(true);
  expect(online.every((pair) => pair.watcher.connection.isOpen)).toBe(true);
});
