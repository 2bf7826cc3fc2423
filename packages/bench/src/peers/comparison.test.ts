import { afterEach, describe, expect, it } from 'vitest';
import { ToyServer } from '../../test/toy-server.ts';
import { noProgress } from '../report/progress.ts';
import { playOf } from '../scenario/catalogue.ts';
import { Accounts } from '../target/accounts.ts';
import { external } from '../target/external.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { TargetSource } from '../target/target.ts';
import { compare, medianOf, type ComparisonPlan } from './comparison.ts';
import { suite } from './suite.ts';

const toys: ToyServer[] = [];

afterEach(async () => {
  for (const toy of toys.splice(0)) await toy.stop();
});

async function toySource(doubles: boolean): Promise<TargetSource> {
  const toy = await ToyServer.start({
    friends: [
      ['u0', 'u1'],
      ['u0', 'u2'],
    ],
    fate: (_from, _to, nth) => (doubles && nth === 3 ? 'doubled' : 'delivered'),
  });
  toys.push(toy);
  const [host = '', port] = toy.endpoint.split(':');
  return external({
    endpoints: [{ host, port: Number(port) }],
    accounts: new Accounts({ domain: 'toy', users: 'u%d', password: 'secret' }),
    mechanism: 'PLAIN',
    pids: [],
    natsMonitors: [],
  });
}

const plan: Omit<ComparisonPlan, 'contenders'> = {
  rounds: 3,
  runLimitMs: 10_000,
  progress: noProgress,
  signal: new AbortController().signal,
  settings: { concurrency: 5, patienceMs: 200, presenceBytes: 0, quietMs: 2 },
  onRun: () => undefined,
  entries: [
    {
      scenario: 'broadcast',
      options: { contacts: 2, changes: 3, burst: 2, warmUp: 1, pauseMs: 0, skipRaw: true },
      measures: [{ label: 'deliveries', unit: 'of 10', key: 'paced.deliveries', factor: 10 }],
    },
  ],
};

describe('a comparison', () => {
  it('measures all in turn and keeps every value', async () => {
    const order: string[] = [];
    const comparison = await compare({
      ...plan,
      contenders: [
        { name: 'one', source: await toySource(false) },
        { name: 'two', source: await toySource(true) },
      ],
      onRun: (what) => order.push(what.replace(/^.*: /, '')),
    });
    expect(order).toEqual(
      [1, 2, 3].flatMap((round) => [`one, ${round} of 3`, `two, ${round} of 3`]),
    );
    const [row] = comparison.rows;
    expect(row).toEqual({
      label: 'deliveries',
      unit: 'of 10',
      values: { one: [60, 60, 60], two: [60, 60, 60] },
    });
    expect(comparison.failures).toEqual([]);
    expect(comparison.servers.find(({ name }) => name === 'one')?.faults).toBe(0);
    expect(comparison.servers.find(({ name }) => name === 'two')?.faults).toBeGreaterThan(0);
    expect(comparison.faults).toEqual([expect.stringMatching(/^two, broadcast .*came twice\.$/)]);
  });

  it('goes on without a server that cannot be measured, and says why', async () => {
    const broken: TargetSource = {
      name: 'broken',
      open: () => Promise.reject(new BenchFailure('It is not installed.')),
    };
    const comparison = await compare({
      ...plan,
      rounds: 1,
      contenders: [
        { name: 'broken', source: broken },
        { name: 'one', source: await toySource(false) },
      ],
    });
    expect(comparison.failures).toEqual([expect.stringContaining('It is not installed.')]);
    const [row] = comparison.rows;
    expect(row && medianOf(row, 'one')).toBe(60);
    expect(row && medianOf(row, 'broken')).toBeUndefined();
  });

  it('keeps what a server was measured at before it failed, whatever it failed with', async () => {
    const sound = await toySource(false);
    let opened = 0;
    const failing: TargetSource = {
      name: 'failing',
      open: (population) => {
        opened += 1;
        return opened === 2 ? Promise.reject(new Error('read ECONNRESET')) : sound.open(population);
      },
    };
    const comparison = await compare({
      ...plan,
      contenders: [{ name: 'failing', source: failing }],
    });
    expect(comparison.failures).toEqual([
      expect.stringMatching(/failing, 2 of 3: read ECONNRESET/),
    ]);
    expect(comparison.rows[0]?.values['failing']).toEqual([60, 60]);
  });

  it('gives up a run that does not end, and goes on', async () => {
    const toy = await toySource(false);
    const slow = { ...plan.entries[0], options: { ...plan.entries[0]?.options, pauseMs: 5_000 } };
    const comparison = await compare({
      ...plan,
      rounds: 1,
      runLimitMs: 300,
      entries: [{ scenario: 'broadcast', measures: [], ...slow }, ...plan.entries],
      contenders: [{ name: 'one', source: toy }],
    });
    expect(comparison.failures).toEqual([expect.stringContaining('not over after 0.3 s')]);
    expect(comparison.rows).toHaveLength(1);
  });
});

describe('the suite', () => {
  it('is made of scenarios that there are, at every size', () => {
    for (const scale of [0.01, 1])
      for (const entry of suite(scale))
        expect(playOf(entry).population.size).toBeGreaterThanOrEqual(0);
  });

  it('gives each row a name of its own, but for the floor that others stand on', () => {
    const rows = suite(1).filter(({ scenario }) => scenario !== 'raw');
    const labels = rows.flatMap(({ measures }) => measures.map(({ label }) => label));
    expect(new Set(labels).size).toBe(labels.length);
    const floors = suite(1).filter(({ scenario }) => scenario === 'raw');
    for (const { label } of floors.flatMap(({ measures }) => measures))
      expect(labels).toContain(label);
  });
});
