import { describe, expect, it } from 'vitest';
import { noFaults } from '../measure/ledger.ts';
import type { Phase } from '../measure/phase.ts';
import type { Outcome } from '../scenario/stage.ts';
import { busCosts, checksOf, medianFields, roleCosts, type Outcomes } from './calibration.ts';
import type { RoleCosts } from './constants.ts';

const role = 'engine';

/** What a server would show that costs exactly this. */
const costs: RoleCosts = {
  changeUs: 400,
  deliveryUs: 12,
  loginUs: 1500,
  rosterItemUs: 0.5,
  arrivalUs: 20,
  logoutUs: 80,
  handshakeUs: 2500,
  sessionKiB: 16,
  rosterItemKiB: 0.25,
  baseMiB: 90,
};

interface Shown {
  readonly operations: number;
  readonly cpuUs: number;
  readonly delivered?: number;
  readonly kib?: readonly [before: number, after: number];
  readonly bus?: { readonly messages: number; readonly bytes: number };
}

function outcome(phases: Readonly<Record<string, Shown>>): Outcome {
  return {
    phases: Object.entries(phases).map(([name, shown]) => phase(name, shown)),
    figures: [],
    faults: noFaults,
    replaced: 0,
    lostSessions: [],
  };
}

function phase(name: string, { operations, cpuUs, delivered = 0, kib, bus }: Shown): Phase {
  const [before, after] = kib ?? [0, 0];
  return {
    name,
    operations,
    operation: { singular: '', plural: '' },
    isDelivery: true,
    latencyLabel: '',
    tally: { delivered, replaced: 0, faults: noFaults },
    spent: {
      elapsedMs: 0,
      untilQuietMs: 0,
      cpu: { [role]: { totalMs: cpuUs / 1000, tickedMs: 0, tickedKernelMs: 0 } },
      memoryKiB: { before: { [role]: before }, after: { [role]: after }, peak: 0 },
      bus,
      generator: { cpuMs: 0, busy: 0, delayP99Ms: 0 },
      othersShare: 0,
      samples: [],
    },
  };
}

const loginUs = (contacts: number) =>
  costs.loginUs + contacts * (costs.rosterItemUs + costs.arrivalUs);
const churn = (changes: number, contacts: number) => ({
  operations: changes,
  delivered: changes * contacts,
  cpuUs: changes * (costs.changeUs + contacts * costs.deliveryUs),
});
const storm = (contacts: number) => ({
  operations: 500,
  delivered: 500 * contacts,
  cpuUs: 500 * loginUs(contacts),
});
const idle = (contacts: number) => {
  const before = 2 * costs.baseMiB * 1024;
  const after = before + 2000 * (costs.sessionKiB + contacts * costs.rosterItemKiB);
  return outcome({
    arrival: { operations: 2000, cpuUs: 0, kib: [before, before] },
    idle: { operations: 2000, cpuUs: 0, kib: [before, after] },
  });
};

const bus = { messageBytes: 200, deliveryBytes: 40, messagesPerChange: 7 };
const traffic = (messages: number, delivered: number) => ({
  messages,
  bytes: messages * bus.messageBytes + delivered * bus.deliveryBytes,
});

const outcomes: Outcomes = {
  broadcast: outcome({
    paced: {
      operations: 50,
      delivered: 50_000,
      cpuUs: 50_000 * costs.deliveryUs,
      bus: traffic(250, 50_000),
    },
  }),
  churn: outcome({ churn: { ...churn(1000, 10), bus: traffic(7000, 10_000) } }),
  login: outcome({
    roster: { operations: 5, cpuUs: 5 * 2000 * costs.rosterItemUs },
    presence: { operations: 5, delivered: 20_000, cpuUs: 20_000 * costs.arrivalUs },
  }),
  storm: outcome({ storm: storm(10) }),
  logout: outcome({
    logout: { operations: 1000, cpuUs: 1000 * (costs.logoutUs + costs.deliveryUs) },
  }),
  handshake: outcome({ handshake: { operations: 200, cpuUs: 200 * costs.handshakeUs } }),
  idleFew: idle(10),
  idleMany: idle(50),
  checkChurn: outcome({ churn: churn(500, 40) }),
  checkStorm: outcome({ storm: storm(40) }),
};

describe('calibration', () => {
  it('finds the costs that a server has', () => {
    const found = roleCosts(outcomes, role, 2);
    for (const field of Object.keys(costs) as (keyof RoleCosts)[])
      expect(found[field], field).toBeCloseTo(costs[field]);
  });

  it('finds what messages and deliveries weigh on the bus', () => {
    const found = busCosts(outcomes);
    for (const field of Object.keys(bus) as (keyof typeof bus)[])
      expect(found[field], field).toBeCloseTo(bus[field]);
  });

  it('finds nothing of a role that did nothing', () => {
    const found = roleCosts(outcomes, 'nobody', 1);
    for (const value of Object.values(found)) expect(value).toBe(0);
  });

  it('predicts the runs that it did not look at', () => {
    const checks = checksOf([outcomes], [costs]);
    expect(checks).toHaveLength(2);
    for (const { predictedUs, measuredUs } of checks) expect(predictedUs).toBeCloseTo(measuredUs);
  });

  it('takes medians field by field', () => {
    expect(
      medianFields([
        { a: 1, b: 30 },
        { a: 2, b: 10 },
        { a: 9, b: 20 },
      ]),
    ).toEqual({ a: 2, b: 20 });
  });
});
