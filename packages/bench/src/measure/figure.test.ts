import { describe, expect, it } from 'vitest';
import { figure, median, medianFigures, netFigures, phaseFigures } from './figure.ts';
import { Histogram } from './histogram.ts';
import { noFaults } from './ledger.ts';
import type { Phase } from './phase.ts';

const phase: Phase = {
  name: 'paced',
  operation: { singular: 'change', plural: 'changes' },
  operations: 10,
  isDelivery: true,
  tally: { delivered: 1000, replaced: 0, faults: noFaults },
  latency: undefined,
  latencyLabel: '',
  spent: {
    elapsedMs: 2000,
    untilQuietMs: 2500,
    cpu: {
      engine: { totalMs: 15, tickedMs: 20, tickedKernelMs: 8 },
      nats: { totalMs: 5, tickedMs: 0, tickedKernelMs: 0 },
    },
    memoryKiB: { before: {}, after: { engine: 1024, nats: 1024 }, peak: 2048 },
    bus: { messages: 40, bytes: 10_000 },
    generator: { cpuMs: 4, busy: 0.25, delayP99Ms: 1 },
    othersShare: 0.1,
    samples: [],
  },
};

function valuesOf(given: Phase): Readonly<Record<string, number>> {
  return Object.fromEntries(phaseFigures(given).map(({ key, value }) => [key, value]));
}

describe('the figures of a phase', () => {
  it('are costs per operation and per delivery, of all processes and of each kind', () => {
    expect(valuesOf(phase)).toMatchObject({
      'paced.deliveriesPerSecond': 500,
      'paced.cpuMsPerOperation': 2,
      'paced.cpuUsPerDelivery': 20,
      'paced.cpuUsPerDelivery.engine': 15,
      'paced.cpuUsPerDelivery.nats': 5,
      'paced.kernelUsPerDelivery': 8,
      'paced.memoryMiB': 2,
      'paced.busMessagesPerOperation': 4,
      'paced.generatorUsPerDelivery': 4,
      'paced.generatorBusy': 25,
      'paced.othersShare': 10,
    });
  });

  it('are of operations alone where deliveries are not the work', () => {
    const values = valuesOf({ ...phase, isDelivery: false });
    expect(values['paced.cpuMsPerOperation']).toBe(2);
    expect(values['paced.generatorUsPerOperation']).toBe(400);
    expect(values).not.toHaveProperty('paced.cpuUsPerDelivery');
  });

  it('leave out what is not known', () => {
    const memoryKiB = { before: {}, after: {}, peak: 0 };
    const values = valuesOf({
      ...phase,
      spent: { ...phase.spent, cpu: {}, memoryKiB, bus: undefined },
    });
    for (const key of Object.keys(values)) expect(key).not.toMatch(/cpu|memory|busM/);
  });

  it('tell what deliveries cost beside what a server spends at rest', () => {
    const values = netFigures(phase, 4).map(({ key, value }) => [key, value]);
    expect(values).toEqual([
      ['paced.restUsPerDelivery', 10],
      ['paced.netUsPerDelivery', 10],
    ]);
    expect(netFigures({ ...phase, spent: { ...phase.spent, cpu: {} } }, 4)).toEqual([]);
  });

  it('have latencies in milliseconds', () => {
    const latency = new Histogram();
    for (const us of [1000, 2000, 4000]) latency.record(us);
    const values = valuesOf({ ...phase, latency });
    expect(values['paced.p50Ms']).toBeCloseTo(2, 1);
    expect(values['paced.maxMs']).toBe(4);
  });
});

describe('medians', () => {
  it('are the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('are taken figure by figure', () => {
    const run = (value: number, other: number) => [
      figure('a', 'x', 'x', '', value),
      figure('a', 'y', 'y', '', other),
    ];
    const medians = medianFigures([run(1, 30), run(2, 10), run(9, 20)]);
    expect(medians.map(({ key, value }) => [key, value])).toEqual([
      ['a.x', 2],
      ['a.y', 20],
    ]);
  });
});
