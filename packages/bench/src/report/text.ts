// The report as a person reads it on a terminal.

import { machineLine } from '../measure/machine.ts';
import { caveats, checks, latencyMeanings, type Report } from './report.ts';
import { figureTable, textTable } from './table.ts';
import { counted } from './wording.ts';

export function textReport(report: Report): string {
  const { scenario, title, target, runs, machine, figures, sentence } = report;
  const about = [target.name, target.version].filter((part) => part !== '').join(' ');
  const medians = runs.length > 1 ? `, medians of ${counted(runs.length, 'run')}` : '';
  return [
    `${scenario}: ${title}`,
    `${about}${medians}; ${machineLine(machine)}`,
    '',
    textTable(figureTable(figures)),
    '',
    ...latencyMeanings(report),
    ...checks(report),
    ...caveats(report),
    '',
    sentence,
    '',
  ].join('\n');
}
