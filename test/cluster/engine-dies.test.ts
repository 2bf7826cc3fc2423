// Scenarios 2 and 6, promises 3 and 5: an engine is killed while its users' presence flows.

import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs, RollcallCluster, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbersFrom, sightsOf, type Sight } from './observer.ts';

const pairs = 20;
const everyMs = 100;

describe('an engine is killed (-9) under load', () => {
  let cluster: RollcallCluster;
  const speakers: XmppClient[] = [];
  const watchers: XmppClient[] = [];

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ engines: 2, frontEnds: 2 });
    const names = Array.from({ length: pairs }, (_, index) => index);
    await cluster.importAccounts(
      names.flatMap((index) => [
        { name: `speaker${index}`, contacts: [`watcher${index}`] },
        { name: `watcher${index}`, contacts: [`speaker${index}`] },
      ]),
    );
    const [one, two] = cluster.frontEnds;
    if (one === undefined || two === undefined) throw new Error('two front-ends are needed');
    for (const index of names) {
      const watcher = await cluster.login(`watcher${index}`, two);
      watcher.send('<presence/>');
      await watcher.ping();
      watchers.push(watcher);
      const speaker = await cluster.login(`speaker${index}`, one);
      speaker.send('<presence/>');
      await watcher.expect(`<presence from='${speaker.jid}'/>`);
      speakers.push(speaker);
    }
  });

  afterAll(async () => {
    await Promise.all([...speakers, ...watchers].map((client) => client.close()));
    await cluster.stop();
  });

  test('nobody is disconnected or shown as gone, order holds, the last presence arrives', async () => {
    for (const watcher of watchers) sightsOf(watcher);
    const killedAfter = 10;
    const rounds = 100;
    const closed = countClosed([...speakers, ...watchers]);
    for (let round = 1; round <= rounds; round++) {
      for (const speaker of speakers) {
        speaker.send(`<presence><status>n${round}</status></presence>`);
      }
      if (round === killedAfter) await cluster.engine(0).kill();
      await delay(everyMs);
    }
    const sights = await Promise.all(
      watchers.map((watcher, index) => untilSaid(watcher, `speaker${index}`, rounds)),
    );
    expect(closed()).toBe(0);
    for (const [index, seen] of sights.entries()) {
      expect(seen.filter(({ type }) => type === 'unavailable')).toEqual([]);
      const numbers = numbersFrom(seen, `speaker${index}`);
      expect(numbers, `order and count at watcher${index}`).toEqual(
        [...new Set(numbers)].sort((a, b) => a - b),
      );
      expect(numbers.at(-1)).toBe(rounds);
    }
  });

  test('who comes and goes afterwards is seen as ever', async () => {
    const [speaker] = speakers.splice(0, 1);
    const [watcher] = watchers;
    await speaker?.close();
    await watcher?.expect(`<presence type='unavailable' from='${speaker?.jid ?? ''}'/>`);
  });
});

/** Everything that the watcher was shown, up to and with the contact's last number. */
async function untilSaid(watcher: XmppClient, contact: string, last: number): Promise<Sight[]> {
  const sights: Sight[] = [];
  const deadline = performance.now() + patienceMs;
  while (!numbersFrom(sights, contact).includes(last)) {
    if (performance.now() > deadline) {
      throw new Error(
        `${contact}'s last presence did not arrive; seen: ${JSON.stringify(numbersFrom(sights, contact))}`,
      );
    }
    await delay(20);
    sights.push(...sightsOf(watcher));
  }
  return sights;
}

function countClosed(clients: readonly XmppClient[]): () => number {
  let count = 0;
  for (const { connection } of clients) void connection.closed.then(() => (count += 1));
  return () => count;
}
