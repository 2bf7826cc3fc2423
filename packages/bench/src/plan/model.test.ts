import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constants, RoleCosts } from './constants.ts';
import { ceilingsOf, usedOf } from './ceilings.ts';
import { demandOf, type Habits } from './demand.ts';
import { distinct, messagesPerChange, planCluster, planEmbedded } from './model.ts';

const habits: Habits = {
  users: 360_000,
  online: 36_000,
  roster: 100,
  changesPerHour: 10,
  loginsPerHour: 1,
  handshakesPerHour: 0.1,
};

const nothing: RoleCosts = {
  changeUs: 0,
  deliveryUs: 0,
  loginUs: 0,
  rosterItemUs: 0,
  arrivalUs: 0,
  logoutUs: 0,
  handshakeUs: 0,
  sessionKiB: 0,
  rosterItemKiB: 0,
  baseMiB: 0,
};

const sizing = { load: 0.5, processGiB: 2, sessionsPerFrontEnd: 50_000 };

function embedded(costs: Partial<RoleCosts>): Constants {
  const measured = { date: '', machine: '', version: '', command: '' };
  return {
    measured,
    hashingUs: 0,
    embedded: { server: { ...nothing, ...costs }, checks: [] },
  };
}

function cluster(costs: Partial<RoleCosts>): NonNullable<Constants['cluster']> {
  const role = { ...nothing, ...costs };
  return {
    size: '1+1',
    engine: role,
    frontEnd: role,
    nats: role,
    bus: { messageBytes: 100, deliveryBytes: 10, messagesPerChange: 3 },
    checks: [],
  };
}

describe('demand', () => {
  it('follows from habits', () => {
    expect(demandOf(habits)).toEqual({
      online: 36_000,
      roster: 100,
      watchers: 10,
      changesPerSecond: 100,
      loginsPerSecond: 10,
      handshakesPerSecond: 1,
      // 100 changes before 10 contacts; 10 logins, each seen by 10, of each of whom a presence comes back, and left again.
      deliveriesPerSecond: 100 * 10 + 10 * 3 * 10,
    });
  });
});

describe('one process', () => {
  const demand = demandOf(habits);

  it.each<[keyof RoleCosts, number]>([
    ['changeUs', 100],
    ['deliveryUs', 100 * 10 + 10 * 10],
    ['loginUs', 10],
    ['rosterItemUs', 10 * 100],
    ['arrivalUs', 10 * 2 * 10],
    ['logoutUs', 10],
    ['handshakeUs', 1],
  ])('pays %s as often as it happens', (cost, times) => {
    const { cores } = planEmbedded(embedded({ [cost]: 1000 }), demand);
    expect(cores).toBeCloseTo((times * 1000) / 1e6);
  });

  it('holds sessions and rosters of those online in memory', () => {
    const plan = planEmbedded(
      embedded({ sessionKiB: 10, rosterItemKiB: 0.5, baseMiB: 512 }),
      demand,
    );
    expect(plan.memoryGiB).toBeCloseTo((36_000 * (10 + 50)) / 1024 ** 2 + 0.5);
  });
});

describe('messages per change', () => {
  it('are few when everything has one owner and one front-end', () => {
    expect(messagesPerChange(1, 1, 1000)).toBeCloseTo(3);
  });

  it('grow with nodes, but never beyond two for each contact', () => {
    const sizes = fc.integer({ min: 1, max: 300 });
    const watchers = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(sizes, sizes, watchers, (engines, frontEnds, seen) => {
        const messages = messagesPerChange(engines, frontEnds, seen);
        expect(messages).toBeLessThanOrEqual(
          messagesPerChange(engines + 1, frontEnds, seen) + 1e-9,
        );
        expect(messages).toBeLessThanOrEqual(
          messagesPerChange(engines, frontEnds + 1, seen) + 1e-9,
        );
        expect(messages).toBeLessThanOrEqual(1 + 2 * seen + 1e-9);
      }),
    );
  });

  it('go to as many owners as chance has it', () => {
    expect(distinct(1, 5)).toBe(1);
    expect(distinct(2, 2)).toBeCloseTo(1.5);
    expect(distinct(100, 1)).toBeCloseTo(1);
  });
});

describe('a cluster', () => {
  it('has processes for its CPU at the load that was asked for', () => {
    const plan = planCluster(cluster({ deliveryUs: 5000 }), demandOf(habits), sizing);
    // 1,100 deliveries of broadcasts and farewells at 5 ms.
    expect(plan.engines.cores).toBeCloseTo(5.5);
    expect(plan.engines.processes).toBe(11);
  });

  it('has processes for its memory', () => {
    const plan = planCluster(cluster({ sessionKiB: 100 }), demandOf(habits), sizing);
    expect(plan.engines.processes).toBe(Math.ceil((36_000 * 100) / 1024 ** 2 / 2));
  });

  it('has front-ends for its sessions', () => {
    const plan = planCluster(cluster({}), demandOf({ ...habits, online: 120_000 }), sizing);
    expect(plan.frontEnds.processes).toBe(3);
  });

  it('pays more for each change as it grows, and settles', () => {
    const small = planCluster(cluster({ changeUs: 10_000 }), demandOf(habits), sizing);
    const large = planCluster(
      cluster({ changeUs: 10_000 }),
      demandOf({ ...habits, users: 1e8, online: 1e7 }),
      sizing,
    );
    expect(large.messagesPerChange).toBeGreaterThan(small.messagesPerChange);
    expect(large.engines.cores).toBeGreaterThan(100 * small.engines.cores);
    expect(large.engines.processes).toBeGreaterThanOrEqual(large.engines.cores / sizing.load);
  });

  it('knows what it will run into first', () => {
    const costly = { ...nothing, changeUs: 1000 };
    const vast = planCluster(
      { ...cluster({}), engine: costly },
      demandOf({ ...habits, users: 1e9, online: 1e8 }),
      sizing,
    );
    const [nearest, ...others] = ceilingsOf(vast);
    expect(nearest?.what).toBe('engines');
    expect(nearest && usedOf(nearest)).toBeGreaterThan(1);
    for (const other of others) expect(usedOf(other)).toBeLessThanOrEqual(usedOf(nearest ?? other));
  });
});
