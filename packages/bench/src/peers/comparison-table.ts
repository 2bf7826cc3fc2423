// The table of a comparison: medians, and how often Rollcall's goes into those of others.

import { machineLine, type Machine } from '../measure/machine.ts';
import { page, htmlTable, paragraph } from '../report/html.ts';
import { barPlot } from '../report/svg.ts';
import { markdownTable, type Table } from '../report/table.ts';
import { counted, rounded, whole } from '../report/wording.ts';
import { medianOf, type Comparison, type Row } from './comparison.ts';

export interface ComparisonFacts {
  /** The server that the others are held against. */
  readonly subject: string;
  readonly machine: Machine;
  /** ISO 8601. */
  readonly date: string;
  /** As it can be repeated. */
  readonly command: string;
}

/** All measures are costs: less is better. Behind each value, how often the subject's goes into it. */
export function comparisonTable({ servers, rows }: Comparison, subject: string): Table {
  const names = servers.map(({ name }) => name);
  return {
    head: ['', ...names],
    rows: [
      ...rows.map((row) => [
        `${row.label}, ${row.unit}`,
        ...names.map((name) => cell(row, name, subject)),
      ]),
      [
        'presences lost, doubled, out of order or astray',
        ...servers.map(({ faults }) => whole(faults)),
      ],
    ],
  };
}

function cell(row: Row, name: string, subject: string): string {
  const value = medianOf(row, name);
  if (value === undefined) return '';
  const own = medianOf(row, subject);
  if (name === subject || own === undefined || own <= 0) return rounded(value);
  return `${rounded(value)} (${rounded(value / own)}×)`;
}

export function comparisonMarkdown(comparison: Comparison, facts: ComparisonFacts): string {
  return [
    markdownTable(comparisonTable(comparison, facts.subject)),
    '',
    `${provenance(comparison, facts)} Repeat it with \`${facts.command}\`.`,
    '',
    ...footnotes(comparison),
  ].join('\n');
}

export function comparisonPage(comparison: Comparison, facts: ComparisonFacts): string {
  const names = comparison.servers.map(({ name }) => name);
  const plots = comparison.rows.map((row) =>
    barPlot({
      title: row.label,
      unit: row.unit,
      bars: names.flatMap((name) => {
        const value = medianOf(row, name);
        return value === undefined ? [] : [{ name, value }];
      }),
    }),
  );
  return page('Presence servers compared', [
    paragraph(provenance(comparison, facts)),
    htmlTable(comparisonTable(comparison, facts.subject)),
    ...footnotes(comparison).map((note) => paragraph(note)),
    ...plots,
  ]);
}

/** What the numbers do not say: what was wrong with what was delivered, and what could not be measured. */
function footnotes({ faults, failures }: Comparison): readonly string[] {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${title} ${lines.join(' ')}`, ''];
  return [
    ...list('Lost, doubled and the like, in all runs together:', faults),
    ...list('Runs that could not be made:', failures),
  ];
}

function provenance(
  { servers, rounds }: Comparison,
  { machine, date, subject }: ComparisonFacts,
): string {
  const versions = servers
    .filter(({ version }) => version !== '')
    .map(({ name, version }) => `${name} ${version}`);
  return (
    `Medians of ${counted(rounds, 'run')}, in turn, of CPU time of all server processes together; ` +
    `${versions.join(', ')}; ${machineLine(machine)}; ${date.slice(0, 10)}. ` +
    `In brackets: how many times as much as ${subject}.`
  );
}
