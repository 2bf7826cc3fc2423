// Scenarios 8 and 9, promises 3 and 5: NATS is away for longer than a lease, all of it, and comes back.

import { setTimeout as delay } from 'node:timers/promises';
import { RollcallCluster } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crowd } from './crowd.ts';
import { percentile, report } from './numbers.ts';

const leaseTtlMs = 3_000;
/** More than the 256 of one session that may wait. */
const requests = 300;
const awayMs = Number(process.env['NATS_AWAY_MS'] ?? 2 * leaseTtlMs + 1_000);

describe(`NATS is away for ${awayMs} ms`, () => {
  let cluster: RollcallCluster;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ engines: 2, frontEnds: 2, leaseTtlMs });
    crowd = await Crowd.gather(cluster, { size: 40, contactsEach: 4 });
  }, 120_000);

  afterAll(async () => {
    await crowd.leave();
    await cluster.stop();
  }, 60_000);

  test('streams are held, requests wait, more than may wait are refused, and then all is as ever', async () => {
    const talk = { everyMs: 2_000, aroundMs: 2_000, settledWithinMs: 30_000 };
    await cluster.importAccounts([{ name: 'busy' }]);
    const [frontEnd] = cluster.frontEnds;
    if (frontEnd === undefined) throw new Error('there is no front-end');
    const busy = await cluster.login('busy', frontEnd);
    const outcome = await crowd.talkWhile(talk, async () => {
      const [server] = cluster.nats.servers;
      await server?.kill();
      const set = `<query xmlns='jabber:iq:roster'><item jid='nobody@localhost'/></query>`;
      for (let count = 0; count < requests; count++)
        busy.send(`<iq type='set' id='away${count}'>${set}</iq>`);
      await busy.expect(`<iq type='error'><error type='wait'/></iq>`);
      await delay(awayMs);
      await server?.start();
      const isAnswered = await busy.connection.waitUntil(
        (unread) => unread.filter(({ name }) => name === 'iq').length === requests - 1,
        30_000,
      );
      expect(isAnswered, 'every request has its answer').toBe(true);
    });
    const staleness = outcome.sights.map(({ saidAtMs, seenAtMs }) => seenAtMs - saidAtMs);
    report(`NATS away for ${awayMs} ms`, {
      'presences sent': outcome.said,
      seen: outcome.sights.length,
      'staleness p50 ms': percentile(staleness, 50),
      'longest ms': Math.max(...staleness),
      'requests answered': requests,
      disconnected: outcome.disconnected.length,
      'shown gone': outcome.shownGone.length,
    });
    expect(busy.connection.isOpen).toBe(true);
    await busy.close();
    expect(outcome.disconnected).toEqual([]);
    expect(outcome.shownGone).toEqual([]);
    expect(outcome.disordered).toEqual([]);
    expect(outcome.missing).toEqual([]);
  }, 180_000);
});
