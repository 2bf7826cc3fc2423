// What a change of presence costs on the bus, by NATS's own counters: at most one message per owner node and one per
// front-end node, with a roster of a thousand who are all online, everywhere.

import { setTimeout as delay } from 'node:timers/promises';
import { RollcallCluster, childText, patienceMs } from '@rollcall/testkit';
import type { XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countBus, type BusCounter } from './nats-counters.ts';
import { report } from './numbers.ts';

const contacts = 1_000;
const engines = 2;
const frontEnds = 2;
/** What is not said along with something else is said by then. */
const untilAcknowledgedMs = 2_500;

describe(`a roster of ${contacts} at ${engines} engines and ${frontEnds} front-ends`, () => {
  let cluster: RollcallCluster;
  let counter: BusCounter;
  let speaker: XmppClient;
  const watchers: XmppClient[] = [];
  const seen = new Map<string, number>();

  beforeAll(async () => {
    cluster = await RollcallCluster.start({
      engines,
      frontEnds,
      environment: {
        ROLLCALL_USERS_PRESENCE_BURST: '1000',
        ROLLCALL_USERS_PRESENCES_PER_SECOND: '1000',
      },
    });
    counter = await countBus(cluster.nats);
    const names = Array.from({ length: contacts }, (_, index) => `contact${index}`);
    await cluster.importAccounts([
      { name: 'speaker', contacts: names },
      ...names.map((name) => ({ name, contacts: ['speaker'] })),
    ]);
    const arrive = async (name: string, index: number) => {
      const client = await cluster.login(name, index % frontEnds, {
        intercept: (element) => {
          const number = Number(childText(element, 'status') ?? 'none');
          if (!Number.isNaN(number)) seen.set(name, number);
          return element.name === 'presence';
        },
      });
      client.send('<presence/>');
      return client;
    };
    for (let start = 0; start < contacts; start += 20)
      watchers.push(
        ...(await Promise.all(
          names.slice(start, start + 20).map((name, index) => arrive(name, start + index)),
        )),
      );
    speaker = await arrive('speaker', 0);
    await say(1);
    await delay(untilAcknowledgedMs);
  });

  afterAll(async () => {
    await Promise.all([speaker, ...watchers].map((client) => client.close()));
    await counter.close();
    await cluster.stop();
  });

  /** Resolves when everyone has seen it. */
  async function say(number: number): Promise<void> {
    speaker.send(`<presence><status>${number}</status></presence>`);
    const deadline = performance.now() + patienceMs;
    while ([...seen.values()].filter((last) => last === number).length < contacts) {
      if (performance.now() > deadline) throw new Error(`not everyone has seen ${number}`);
      await delay(2);
    }
  }

  test('nothing changes: they are silent', async () => {
    expect(await countDuring(() => delay(4_000))).toBe(0);
  });

  test.each([
    { everyMs: 20, changes: 200 },
    { everyMs: 1_000, changes: 10 },
  ])(
    'each change is at most a message per engine and one per front-end, acknowledgements and all: every $everyMs ms',
    async ({ everyMs, changes }) => {
      const talking = await countDuring(() => talk({ everyMs, changes }));
      const perChange = talking / changes;
      report(`a change every ${everyMs} ms, ${contacts} contacts online`, {
        'messages between nodes per change': perChange,
      });
      expect(perChange).toBeLessThanOrEqual(engines + frontEnds);
    },
  );

  test('a single change has one message more: nothing goes that could take the acknowledgements along', async () => {
    const changes = 3;
    const talking = await countDuring(() => talk({ everyMs: 2_500, changes }));
    report('a change every 2500 ms', { 'messages between nodes per change': talking / changes });
    expect(talking / changes).toBeLessThanOrEqual(engines + frontEnds + 1);
  });

  async function talk({ everyMs, changes }: { everyMs: number; changes: number }): Promise<void> {
    for (let number = 1; number <= changes; number++) {
      const next = delay(everyMs);
      await say(number + everyMs);
      await next;
    }
  }

  /** Until the last acknowledgement, too. */
  async function countDuring(during: () => Promise<void>): Promise<number> {
    const before = await counter.betweenNodes();
    await during();
    await delay(untilAcknowledgedMs);
    return (await counter.betweenNodes()) - before;
  }
});
