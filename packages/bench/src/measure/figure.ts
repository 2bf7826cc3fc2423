// The numbers of a run, each under a key that JSON files and tables hold on to.

import type { Phase } from './phase.ts';
import { allRolesKiB, allRolesMs } from './server-probe.ts';
import { addCpuTime, kernelMs, noCpuTime } from './process-usage.ts';

export interface Figure {
  /** `phase.measure`, such as `paced.cpuUsPerDelivery`. */
  readonly key: string;
  readonly phase: string;
  readonly measure: string;
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

export function figure(
  phase: string,
  measure: string,
  label: string,
  unit: string,
  value: number,
): Figure {
  return { key: `${phase}.${measure}`, phase, measure, label, unit, value };
}

/** What can be said of every phase; what cannot be known of this one is left out. */
export function phaseFigures(phase: Phase): readonly Figure[] {
  return [
    ...rateFigures(phase),
    ...cpuFigures(phase),
    ...latencyFigures(phase),
    ...surroundings(phase),
  ];
}

function rateFigures({ name, operation, operations, tally, spent }: Phase): readonly Figure[] {
  const seconds = spent.elapsedMs / 1000;
  const figures = [
    figure(name, 'operations', operation.plural, '', operations),
    figure(name, 'elapsedMs', 'until all was done', 'ms', spent.elapsedMs),
  ];
  if (tally.delivered === 0) return figures;
  return [
    ...figures,
    figure(name, 'deliveries', 'deliveries', '', tally.delivered),
    figure(name, 'deliveriesPerSecond', 'deliveries per second', '', tally.delivered / seconds),
  ];
}

function cpuFigures(phase: Phase): readonly Figure[] {
  const { name, operation, operations, tally, spent } = phase;
  const roles = Object.entries(spent.cpu);
  if (roles.length === 0) return [];
  const cpuMs = allRolesMs(spent.cpu);
  const inKernelMs = kernelMs(Object.values(spent.cpu).reduce(addCpuTime, noCpuTime));
  const perOperation = figure(
    name,
    'cpuMsPerOperation',
    `server CPU per ${operation.singular}`,
    'ms',
    cpuMs / operations,
  );
  const delivered = tally.delivered;
  if (delivered === 0 || !phase.isDelivery) return [perOperation];
  const perDelivery = (measure: string, label: string, ms: number) =>
    figure(name, measure, label, 'µs', (ms * 1000) / delivered);
  const byRole = roles.map(([role, time]) =>
    perDelivery(`cpuUsPerDelivery.${role}`, `· of it ${role}`, time.totalMs),
  );
  return [
    perOperation,
    perDelivery('cpuUsPerDelivery', 'server CPU per delivery', cpuMs),
    ...(roles.length > 1 ? byRole : []),
    perDelivery('kernelUsPerDelivery', '· of it in the kernel', inKernelMs),
  ];
}

/**
 * What deliveries cost beside what the server would have spent in that time anyway: a cluster of many processes that has
 * little to do is mostly at rest.
 */
export function netFigures(phase: Phase, restingMsPerSecond: number): readonly Figure[] {
  const { name, tally, spent } = phase;
  if (Object.keys(spent.cpu).length === 0 || tally.delivered === 0) return [];
  const restedMs = (restingMsPerSecond * spent.untilQuietMs) / 1000;
  const perDelivery = (measure: string, label: string, ms: number) =>
    figure(name, measure, label, 'µs', (ms * 1000) / tally.delivered);
  return [
    perDelivery('restUsPerDelivery', '· of it what it uses at rest', restedMs),
    perDelivery('netUsPerDelivery', 'the same, less that', allRolesMs(spent.cpu) - restedMs),
  ];
}

function latencyFigures({ name, latency }: Phase): readonly Figure[] {
  if (latency === undefined || latency.count === 0) return [];
  const ms = (measure: string, what: string, us: number) =>
    figure(name, measure, `latency, ${what}`, 'ms', us / 1000);
  return [
    ms('p50Ms', 'median', latency.quantile(0.5)),
    ms('p99Ms', 'p99', latency.quantile(0.99)),
    ms('maxMs', 'longest', latency.max),
  ];
}

function surroundings(phase: Phase): readonly Figure[] {
  const { name, operation, operations, tally, spent } = phase;
  const { memoryKiB, bus, generator, othersShare } = spent;
  const each = (measure: string, label: string, unit: string, value: number) =>
    figure(name, measure, label, unit, value);
  const memoryMiB = allRolesKiB(memoryKiB.after) / 1024;
  const generatorUs = generator.cpuMs * 1000;
  return [
    ...(memoryMiB === 0 ? [] : [each('memoryMiB', 'server memory', 'MiB', memoryMiB)]),
    ...(bus === undefined
      ? []
      : [
          each(
            'busMessagesPerOperation',
            `bus messages per ${operation.singular}`,
            '',
            bus.messages / operations,
          ),
        ]),
    tally.delivered === 0 || !phase.isDelivery
      ? each(
          'generatorUsPerOperation',
          `generator CPU per ${operation.singular}`,
          'µs',
          generatorUs / operations,
        )
      : each(
          'generatorUsPerDelivery',
          'generator CPU per delivery',
          'µs',
          generatorUs / tally.delivered,
        ),
    each('generatorBusy', 'generator busy', '%', generator.busy * 100),
    each('generatorDelayP99Ms', 'generator delay, p99', 'ms', generator.delayP99Ms),
    each('othersShare', 'machine used by others', '%', othersShare * 100),
  ];
}

/** By key, the median of each figure over several runs. */
export function medianFigures(runs: readonly (readonly Figure[])[]): readonly Figure[] {
  const [first = []] = runs;
  return first.map((sample) => {
    const values = runs.flatMap((run) =>
      run.filter(({ key }) => key === sample.key).map(({ value }) => value),
    );
    return { ...sample, value: median(values) };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
