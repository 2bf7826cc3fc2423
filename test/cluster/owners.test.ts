// Scenarios 3, 6, 8, 13: owners that pause, hand over and restart, and a NATS server that dies, with R3.

import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs, RollcallCluster, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { numbersFrom, sightsOf, type Sight } from './observer.ts';

const pairs = 10;

describe('a cluster on three NATS servers (R3)', () => {
  let cluster: RollcallCluster;
  const speakers: XmppClient[] = [];
  const watchers: XmppClient[] = [];
  let romeo: XmppClient;
  let juliet: XmppClient;
  let said = 0;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ natsServers: 3, engines: 2, frontEnds: 2 });
    const indexes = Array.from({ length: pairs }, (_, index) => index);
    await cluster.importAccounts([
      ...indexes.flatMap((index) => [
        { name: `speaker${index}`, contacts: [`watcher${index}`] },
        { name: `watcher${index}`, contacts: [`speaker${index}`] },
      ]),
      { name: 'romeo' },
      { name: 'juliet' },
    ]);
    for (const index of indexes) {
      watchers.push(await cluster.comeOnline(`watcher${index}`, 1));
      speakers.push(await cluster.comeOnline(`speaker${index}`, 0));
      await watchers[index]?.expect(`<presence from='${speakers[index]?.jid ?? ''}'/>`);
    }
    romeo = await cluster.comeOnline('romeo', 0);
    juliet = await cluster.comeOnline('juliet', 1);
    for (const client of [romeo, juliet])
      await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  });

  beforeEach(() => {
    onTestFailed(() => {
      process.stderr.write(cluster.log());
    });
  });

  afterAll(async () => {
    await Promise.all([...speakers, ...watchers, romeo, juliet].map((client) => client.close()));
    await cluster.stop();
  });

  /** Speaks while the fault happens, then checks what every watcher was shown. */
  async function underLoad(fault: () => Promise<void>): Promise<void> {
    for (const watcher of watchers) sightsOf(watcher);
    const over = new AbortController();
    const first = said + 1;
    const speaking = (async () => {
      while (!over.signal.aborted) {
        said += 1;
        for (const speaker of speakers)
          speaker.send(`<presence><status>n${said}</status></presence>`);
        await delay(200);
      }
    })();
    await delay(1_000);
    await fault();
    await delay(1_000);
    over.abort();
    await speaking;
    for (const [index, watcher] of watchers.entries()) {
      const sights = await untilSaid(watcher, `speaker${index}`);
      expect(sights.filter(({ type }) => type === 'unavailable')).toEqual([]);
      const numbers = numbersFrom(sights, `speaker${index}`);
      expect(numbers[0]).toBeGreaterThanOrEqual(first);
      expect(numbers, 'in order, none twice').toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
    expect([...speakers, ...watchers].every(({ connection }) => connection.isOpen)).toBe(true);
  }

  async function untilSaid(watcher: XmppClient, contact: string): Promise<Sight[]> {
    const sights: Sight[] = [];
    const deadline = performance.now() + patienceMs;
    while (!numbersFrom(sights, contact).includes(said)) {
      if (performance.now() > deadline)
        throw new Error(`the last presence (n${said}) of ${contact} did not arrive`);
      await delay(20);
      sights.push(...sightsOf(watcher));
    }
    return sights;
  }

  test('an engine is paused past its lease, then goes on: it is fenced, and takes part again', async () => {
    await underLoad(async () => {
      cluster.engine(0).signal('SIGSTOP');
      await delay(6_000);
      cluster.engine(0).signal('SIGCONT');
      await cluster.engine(0).untilReady();
    });
  });

  test('all engines are restarted in turn, in good order', async () => {
    await underLoad(async () => {
      for (const node of cluster.engines) {
        await node.stop();
        await node.start();
        await delay(1_000);
      }
    });
  });

  test.each([0, 1, 2])('NATS server %i is killed (-9) and comes back', async (index) => {
    await underLoad(async () => {
      const server = cluster.nats.servers[index];
      await server?.kill();
      await delay(4_000);
      await server?.start();
    });
  });

  test('both subscribe at the same moment, on different nodes: both, and no ask left over', async () => {
    // JetStream may still be electing leaders after the servers were killed; a handshake waits for that, and is not lost.
    romeo.send(`<presence type='subscribe' to='juliet@localhost'/>`);
    juliet.send(`<presence type='subscribe' to='romeo@localhost'/>`);
    await romeo.expect(`<presence type='subscribe' from='juliet@localhost'/>`);
    await juliet.expect(`<presence type='subscribe' from='romeo@localhost'/>`);
    romeo.send(`<presence type='subscribed' to='juliet@localhost'/>`);
    juliet.send(`<presence type='subscribed' to='romeo@localhost'/>`);
    for (const [client, other] of [
      [romeo, 'juliet'],
      [juliet, 'romeo'],
    ] as const) {
      await client.expect(`<presence type='subscribed' from='${other}@localhost'/>`);
      const push = `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='${other}@localhost' subscription='both'/></query></iq>`;
      await client.expect(push);
    }
  });
});
