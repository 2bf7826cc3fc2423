// Figures as rows and columns, for a terminal and for Markdown.

import type { Figure } from '../measure/figure.ts';
import { rounded } from './wording.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A column for each phase, a row for each measure. */
export function figureTable(figures: readonly Figure[]): Table {
  const phases = [...new Set(figures.map(({ phase }) => phase))];
  const measures = [...new Set(inOrder(figures).map(({ label, unit }) => rowName(label, unit)))];
  const rows = measures.map((measure) => [
    measure,
    ...phases.map((phase) => {
      const found = figures.find(
        (each) => each.phase === phase && rowName(each.label, each.unit) === measure,
      );
      return found === undefined ? '' : rounded(found.value);
    }),
  ]);
  return { head: ['', ...phases], rows };
}

/** What phases have in common comes in one order, and after what is a scenario's own. */
const commonMeasures = [
  'operations',
  'deliveries',
  'elapsedMs',
  'deliveriesPerSecond',
  'cpuMsPerOperation',
  'cpuUsPerDelivery',
  'kernelUsPerDelivery',
  'p50Ms',
  'p99Ms',
  'maxMs',
  'memoryMiB',
  'busMessagesPerOperation',
  'generatorUsPerDelivery',
  'generatorUsPerOperation',
  'generatorBusy',
  'generatorDelayP99Ms',
  'othersShare',
];

function inOrder(figures: readonly Figure[]): readonly Figure[] {
  const place = ({ measure }: Figure) => {
    const found = commonMeasures.indexOf(measure.replace(/\..*$/, ''));
    return found < 0 ? commonMeasures.length : found;
  };
  return [...figures].sort((left, right) => place(left) - place(right));
}

function rowName(label: string, unit: string): string {
  return unit === '' ? label : `${label}, ${unit}`;
}

/** Aligned with spaces: the first column to the left, the others to the right. */
export function textTable({ head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

export function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
