// The numbers of a run, each under a key that JSON files and tables hold on to.

import type { Phase } from './phase.ts';
import { allRolesMs } from './server-probe.ts';
import { totalMs } from './process-usage.ts';

export interface Figure {
  /** `phase.measure`, such as `paced.cpuUsPerDelivery`. */
  readonly key: string;
  readonly phase: string;
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
  return { key: `${phase}.${measure}`, phase, label, unit, value };
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

function cpuFigures({ name, operation, operations, tally, spent }: Phase): readonly Figure[] {
  const roles = Object.entries(spent.cpu);
  if (roles.length === 0) return [];
  const cpuMs = allRolesMs(spent.cpu);
  const systemMs = roles.reduce((sum, [, time]) => sum + time.systemMs, 0);
  const perOperation = figure(
    name,
    'cpuMsPerOperation',
    `server CPU per ${operation.singular}`,
    'ms',
    cpuMs / operations,
  );
  const delivered = tally.delivered;
  if (delivered === 0) return [perOperation];
  const perDelivery = (measure: string, label: string, ms: number) =>
    figure(name, measure, label, 'µs', (ms * 1000) / delivered);
  const byRole = roles.map(([role, time]) =>
    perDelivery(`cpuUsPerDelivery.${role}`, `· of it ${role}`, totalMs(time)),
  );
  return [
    perOperation,
    perDelivery('cpuUsPerDelivery', 'server CPU per delivery', cpuMs),
    ...(roles.length > 1 ? byRole : []),
    perDelivery('kernelUsPerDelivery', '· of it in the kernel', systemMs),
  ];
}

function latencyFigures({ name, latency, latencyLabel }: Phase): readonly Figure[] {
  if (latency === undefined || latency.count === 0) return [];
  const ms = (measure: string, what: string, us: number) =>
    figure(name, measure, `${latencyLabel}, ${what}`, 'ms', us / 1000);
  return [
    ms('p50Ms', 'median', latency.quantile(0.5)),
    ms('p99Ms', 'p99', latency.quantile(0.99)),
    ms('maxMs', 'longest', latency.max),
  ];
}

function surroundings({ name, operation, operations, tally, spent }: Phase): readonly Figure[] {
  const { memoryKiB, bus, generator, othersShare } = spent;
  const figures: Figure[] = [];
  if (memoryKiB.after > 0)
    figures.push(figure(name, 'memoryMiB', 'server memory', 'MiB', memoryKiB.after / 1024));
  if (bus !== undefined)
    figures.push(
      figure(
        name,
        'busMessagesPerOperation',
        `bus messages per ${operation.singular}`,
        '',
        bus.messages / operations,
      ),
    );
  if (tally.delivered > 0)
    figures.push(
      figure(
        name,
        'generatorUsPerDelivery',
        'generator CPU per delivery',
        'µs',
        (generator.cpuMs * 1000) / tally.delivered,
      ),
    );
  return [
    ...figures,
    figure(name, 'generatorBusy', 'generator busy', '%', generator.busy * 100),
    figure(name, 'othersShare', 'machine used by others', '%', othersShare * 100),
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
