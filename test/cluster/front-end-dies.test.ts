// Scenarios 1, 5, 14, 15's neighbour: front-ends that die, come back at once, or hold the same address.

import { setTimeout as delay } from 'node:timers/promises';
import { RollcallCluster, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { durationOf } from './numbers.ts';
import { sightsOf } from './observer.ts';

const goneWithinMs = 10_000;
/** On a busy machine nothing is as fast: what was the slowest of a few before may come on top so many times. */
const slownesses = 10;

/** How long some changes of the speaker took to be seen. */
async function sightsTake(speaker: XmppClient, watcher: XmppClient): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let number = 1; number <= 10; number++)
    taken.push(
      await durationOf(async () => {
        speaker.send(`<presence><status>n${number}</status></presence>`);
        await watcher.expect(
          `<presence from='${speaker.jid}'><status>n${number}</status></presence>`,
        );
      }),
    );
  return taken;
}

describe('front-ends of a cluster', () => {
  let cluster: RollcallCluster;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ engines: 2, frontEnds: 2 });
    await cluster.importAccounts([
      { name: 'watcher', contacts: ['lost1', 'lost2', 'kept'] },
      { name: 'lost1', contacts: ['watcher'] },
      { name: 'lost2', contacts: ['watcher'] },
      { name: 'kept', contacts: ['watcher'] },
      { name: 'twice', contacts: ['onlooker'] },
      { name: 'onlooker', contacts: ['twice'] },
    ]);
  });

  afterAll(() => cluster.stop());

  test('killed (-9): its sessions, and only those, become unavailable, once each, within 10 s', async () => {
    const watcher = await cluster.comeOnline('watcher', 1);
    const kept = await cluster.comeOnline('kept', 1);
    const lost = [await cluster.comeOnline('lost1', 0), await cluster.comeOnline('lost2', 0)];
    for (const contact of [kept, ...lost])
      await watcher.expect(`<presence from='${contact.jid}'/>`);
    const slowestMs = Math.max(...(await sightsTake(kept, watcher)));
    sightsOf(watcher);

    const goneMs = await durationOf(async () => {
      await cluster.frontEnd(0).kill();
      for (const contact of lost)
        await watcher.expect(`<presence type='unavailable' from='${contact.jid}'/>`);
    });
    expect(goneMs).toBeLessThan(goneWithinMs + slownesses * slowestMs);

    // Longer than a lease: what is said twice would have been said by then.
    await delay(4_000);
    await watcher.ping();
    expect(sightsOf(watcher)).toEqual([]);
    await Promise.all([watcher.close(), kept.close()]);
    await cluster.frontEnd(0).start();
  });

  test('restarted faster than its lease: a new incarnation, and the old sessions are cleared', async () => {
    const watcher = await cluster.comeOnline('watcher', 1);
    const lost = await cluster.comeOnline('lost1', 0);
    await watcher.expect(`<presence from='${lost.jid}'/>`);
    sightsOf(watcher);
    await cluster.frontEnd(0).kill();
    await cluster.frontEnd(0).launch();
    await watcher.connection.waitUntil((unread) => unread.length > 0);
    expect(sightsOf(watcher)).toEqual([{ from: lost.jid, type: 'unavailable', status: undefined }]);
    await cluster.frontEnd(0).untilReady();
    const back = await cluster.comeOnline('lost1', 0);
    await watcher.expect(`<presence from='${back.jid}'/>`);
    back.send('<presence><status>n1</status></presence>');
    await watcher.expect(`<presence from='${back.jid}'><status>n1</status></presence>`);
    expect(sightsOf(watcher), 'nothing else, and nothing twice').toEqual([]);
    await Promise.all([watcher.close(), back.close()]);
  });

  test('the same full JID at two front-ends at once: the newer stays, the older gets conflict', async () => {
    const onlooker = await cluster.comeOnline('onlooker', 0);
    const older = await cluster.login('twice', 0, { resource: 'desk' });
    older.send('<presence><status>n1</status></presence>');
    await older.ping();
    const newer = await cluster.login('twice', 1, { resource: 'desk' });
    await older.connection.closed;
    expect(String(older.connection.transcript)).toContain('<conflict');
    newer.send('<presence><status>n2</status></presence>');
    await newer.ping();
    await newer.close();
    await onlooker.expect(`<presence type='unavailable' from='${newer.jid}'/>`);
    const seen = sightsOf(onlooker).filter(({ from }) => from === newer.jid);
    expect(seen, 'the address never goes while one of the two is there').toEqual([
      { from: newer.jid, type: undefined, status: 'n1' },
      { from: newer.jid, type: undefined, status: 'n2' },
    ]);
    await onlooker.close();
  });

  test('a second node with the name of a living one is refused in one sentence', async () => {
    const watcher = await cluster.comeOnline('watcher', 0);
    const kept = await cluster.comeOnline('kept', 1);
    await watcher.expect(`<presence from='${kept.jid}'/>`);
    sightsOf(watcher);
    const twin = await cluster.planNode('front-end', 'front-end-2');
    await twin.launch();
    const { code } = await twin.exited;
    expect(code).toBe(1);
    expect(twin.output).toMatch(/rollcall: .*front-end-2/);
    await twin.vacate();
    kept.send('<presence><status>n1</status></presence>');
    await watcher.expect(`<presence from='${kept.jid}'><status>n1</status></presence>`);
    expect(sightsOf(watcher), 'who is at the living one is not touched').toEqual([]);
    await Promise.all([watcher.close(), kept.close()]);
  });
});
