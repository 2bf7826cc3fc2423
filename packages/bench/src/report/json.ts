// The report as a file that other programs read.

import type { Phase } from '../measure/phase.ts';
import { isSound, type Report } from './report.ts';

/** Grows when a reader of the old form would misread the new one. */
const formatVersion = 1;

export function jsonReport(report: Report): string {
  const { runs, figures, ...rest } = report;
  const content = {
    formatVersion,
    ...rest,
    sound: isSound(report),
    figures: figures.map(({ key, label, unit, value }) => ({ key, label, unit, value })),
    runs: runs.map(({ outcome }) => ({
      figures: Object.fromEntries(outcome.figures.map(({ key, value }) => [key, value])),
      faults: outcome.faults,
      phases: outcome.phases.map(phaseFacts),
    })),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

function phaseFacts({ name, operation, operations, tally, spent, latency }: Phase) {
  return {
    name,
    operation: operation.singular,
    operations,
    tally,
    spent,
    latencyUs:
      latency === undefined
        ? undefined
        : Object.fromEntries(quantiles.map((share) => [share, latency.quantile(share)])),
  };
}
