// Scenarios 8 and 9, promises 3 and 5: NATS is away for longer than a lease, all of it, and comes back.

import { setTimeout as delay } from 'node:timers/promises';
import { RollcallCluster, type ClusterNodeProcess } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sight } from './crowd-member.ts';
import { Crowd } from './crowd.ts';
import { percentile, report } from './numbers.ts';

const leaseTtlMs = 3_000;
/** More than the 256 of one session that may wait. */
const requests = 300;
const requestTimeoutMs = 4_000;
/** What has to be noticed late, and read by a busy test. */
const inTimeMs = requestTimeoutMs * 1.1 + 1_000;
const waitError = `<iq type='error'><error type='wait'/></iq>`;
const awayMs = Number(process.env['NATS_AWAY_MS'] ?? 2 * leaseTtlMs + 1_000);
/** At once, and then at distances that double from 5 s on; one more where a life of a node begins meanwhile. */
const complaintsAtMost = (ofMs: number) => 2 + Math.ceil(Math.log2(ofMs / 5_000 + 1));
/** On a busy machine nothing is as fast: what was the slowest before may come on top so many times. */
const slownesses = 10;

describe(`NATS is away for ${awayMs} ms`, () => {
  let cluster: RollcallCluster;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({
      engines: 2,
      frontEnds: 2,
      leaseTtlMs,
      environment: { ROLLCALL_ENGINE_REQUEST_TIMEOUT_MS: String(requestTimeoutMs) },
    });
    crowd = await Crowd.gather(cluster, { size: 40, contactsEach: 4 });
  });

  afterAll(async () => {
    await crowd.leave();
    await cluster.stop();
  });

  test('streams are held, requests get wait errors in time, subscriptions arrive later, and then all is as ever', async () => {
    const talk = { everyMs: 2_000, aroundMs: 2_000 };
    await cluster.importAccounts([{ name: 'busy' }, { name: 'other' }]);
    const [one, another] = cluster.frontEnds;
    if (one === undefined || another === undefined) throw new Error('there are no front-ends');
    const busy = await cluster.login('busy', one);
    const other = await cluster.login('other', another);
    other.send('<presence/>');
    await other.ping();
    const measured = { killedAtMs: 0, refusedMs: 0, allRefusedMs: 0, awayMs: 0 };
    const outcome = await crowd.talkWhile(talk, async () => {
      const [server] = cluster.nats.servers;
      await server?.kill();
      const killedAtMs = performance.now();
      measured.killedAtMs = killedAtMs;
      busy.send(`<presence type='subscribe' to='other@localhost'/>`);
      const set = `<query xmlns='jabber:iq:roster'><item jid='nobody@localhost'/></query>`;
      for (let count = 0; count < requests; count++)
        busy.send(`<iq type='set' id='away${count}'>${set}</iq>`);
      await busy.expect(waitError);
      measured.refusedMs = performance.now() - killedAtMs;
      for (let count = 1; count < requests; count++) await busy.expect(waitError);
      measured.allRefusedMs = performance.now() - killedAtMs;
      await delay(awayMs - measured.allRefusedMs);
      await server?.start();
      measured.awayMs = performance.now() - killedAtMs;
      await other.expect(`<presence type='subscribe' from='busy@localhost'/>`);
    });
    const roster = await busy.ask('get', `<query xmlns='jabber:iq:roster'/>`);
    expect(roster.attrs['type']).toBe('result');
    await other.close();
    const stalenessOf = ({ saidAtMs, seenAtMs }: Sight) => seenAtMs - saidAtMs;
    const staleness = outcome.sights.map(stalenessOf);
    const before = outcome.sights.filter(({ seenAtMs }) => seenAtMs < measured.killedAtMs);
    report(`NATS away for ${awayMs} ms`, {
      'presences sent': outcome.said,
      seen: outcome.sights.length,
      'staleness p50 ms': percentile(staleness, 50),
      'longest ms': Math.max(...staleness),
      'first request refused after ms': measured.refusedMs,
      'last of them after ms': measured.allRefusedMs,
      disconnected: outcome.disconnected.length,
      'shown gone': outcome.shownGone.length,
    });
    const slowestMs = Math.max(...before.map(stalenessOf));
    expect(measured.allRefusedMs).toBeLessThan(inTimeMs + slownesses * slowestMs);
    expect(busy.connection.isOpen).toBe(true);
    await busy.close();
    expect(outcome.disconnected).toEqual([]);
    expect(outcome.shownGone).toEqual([]);
    expect(outcome.disordered).toEqual([]);
    expect(outcome.missing).toEqual([]);

    for (const node of cluster.nodes) {
      const { name } = node;
      await expect
        .poll(() => timesSaid(node, 'coordination_restored'), { message: name })
        .toBeGreaterThan(0);
      expect(timesSaid(node, 'coordination_failed'), name).toBeLessThanOrEqual(
        complaintsAtMost(measured.awayMs),
      );
    }
  });
});

function timesSaid({ output }: ClusterNodeProcess, event: string): number {
  return output.split(`"event":"${event}"`).length - 1;
}
