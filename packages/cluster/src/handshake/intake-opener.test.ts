import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { noMetrics } from '../metrics/metrics.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { IntakeOpener } from './intake-opener.ts';

const limits = { intakesOpenedAtOnce: 2, retryMaxMs: 5_000 };

let clock: VirtualClock;
let logged: { readonly event: string; readonly shards: number }[];
/** In the order in which they were begun, each with how it ends. */
let begun: Map<number, { done(): void; fail(): void; lose(): void }>;
let closed: number[];
let served: Set<number>;
let mayAct: boolean;
let opener: IntakeOpener;

beforeEach(() => {
  clock = new VirtualClock();
  logged = [];
  begun = new Map();
  closed = [];
  served = new Set([1, 2, 3, 4]);
  mayAct = true;
  opener = new IntakeOpener({
    intake: {
      open: (shard, lost) =>
        new Promise<void>((resolve, reject) =>
          begun.set(shard, {
            done: resolve,
            fail: () => reject(new Error('away')),
            lose: () => lost?.(),
          }),
        ),
      close: (shard) => Promise.resolve(void closed.push(shard)),
    },
    timers: clock,
    limits,
    metrics: noMetrics,
    log: pino({ base: null }, { write: (line) => logged.push(JSON.parse(line) as never) }),
    mayAct: () => mayAct,
    serves: (shard) => served.has(shard),
  });
});

describe('shards that have come', () => {
  test('begin to take their handshakes some at a time', async () => {
    for (const shard of [1, 2, 3]) opener.open(shard);
    expect([...begun.keys()]).toEqual([1, 2]);
    begun.get(2)?.done();
    await clock.advance(0);
    expect([...begun.keys()]).toEqual([1, 2, 3]);
  });

  test('that have gone before their turn are left to their next owner', async () => {
    for (const shard of [1, 2, 3, 4]) opener.open(shard);
    await opener.close(3);
    served.delete(4);
    begun.get(1)?.done();
    begun.get(2)?.done();
    await clock.advance(limits.retryMaxMs);
    expect([...begun.keys()]).toEqual([1, 2]);
    expect(closed).toEqual([3]);
  });

  test('are tried again after a failure, which is one line in the log for all of them', async () => {
    for (const shard of [1, 2]) opener.open(shard);
    begun.get(1)?.fail();
    begun.get(2)?.fail();
    await clock.advance(0);
    begun.clear();
    await clock.advance(limits.retryMaxMs);
    expect(logged).toMatchObject([{ event: 'intake_open_failed', shards: 2 }]);
    expect([...begun.keys()]).toEqual([1, 2]);
  });

  test('are not tried again, nor complained of, once they have gone', async () => {
    opener.open(1);
    served.delete(1);
    begun.get(1)?.fail();
    await clock.advance(0);
    begun.clear();
    await clock.advance(limits.retryMaxMs);
    expect([...begun.keys(), ...logged]).toEqual([]);
  });

  test('are opened anew at once when they are lost, after a pause when that comes soon again', async () => {
    opener.open(1);
    begun.get(1)?.done();
    await clock.advance(limits.retryMaxMs);
    const first = begun.get(1);
    begun.clear();
    first?.lose();
    expect([...begun.keys()]).toEqual([1]);
    begun.get(1)?.done();
    await clock.advance(1);
    const second = begun.get(1);
    begun.clear();
    second?.lose();
    await clock.advance(limits.retryMaxMs - 1);
    expect([...begun.keys()]).toEqual([]);
    await clock.advance(1);
    expect([...begun.keys()]).toEqual([1]);
  });

  test('that have gone and are lost then are left to their next owner', async () => {
    opener.open(1);
    begun.get(1)?.done();
    await clock.advance(limits.retryMaxMs);
    served.delete(1);
    const first = begun.get(1);
    begun.clear();
    first?.lose();
    await clock.advance(limits.retryMaxMs);
    expect([...begun.keys()]).toEqual([]);
  });

  test('wait while this process may have been declared dead', async () => {
    mayAct = false;
    opener.open(1);
    await clock.advance(limits.retryMaxMs - 1);
    expect([...begun.keys()]).toEqual([]);
    mayAct = true;
    await clock.advance(1);
    expect([...begun.keys()]).toEqual([1]);
    expect(logged).toEqual([]);
  });
});
