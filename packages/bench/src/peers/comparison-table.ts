// The table of a comparison: medians, and how often Rollcall's goes into those of others.

import { machineLine, type Machine } from '../measure/machine.ts';
import { page, htmlTable, paragraph } from '../report/html.ts';
import { barPlot } from '../report/svg.ts';
import { markdownTable, type Table } from '../report/table.ts';
import { counted, rounded, whole } from '../report/wording.ts';
import { floorName, medianOf, type Comparison, type Row } from './comparison.ts';

export interface ComparisonFacts {
  /** The server that the others are held against. */
  readonly subject: string;
  readonly machine: Machine;
  /** ISO 8601. */
  readonly date: string;
  /** As it can be repeated. */
  readonly command: string;
}

/** All measures are costs: less is better. */
export function comparisonTable(comparison: Comparison, subject: string): Table {
  const { servers, rows } = comparison;
  const peers = servers.map(({ name }) => name).filter((name) => name !== subject);
  const names = [...peers, ...servers.map(({ name }) => name).filter((name) => name === subject)];
  const hasSubject = names.includes(subject);
  const ratios = hasSubject ? peers : [];
  const cells = (row: Row) => [
    `${row.label}, ${row.unit}`,
    ...names.map((name) => valueCell(medianOf(row, name))),
    ...ratios.map((peer) => ratioCell(medianOf(row, peer), medianOf(row, subject))),
  ];
  const faults = (name: string) => servers.find((server) => server.name === name)?.faults ?? 0;
  return {
    head: ['', ...names, ...ratios.map((peer) => `${peer} : ${subject}`)],
    rows: [
      ...rows.map(cells),
      [
        'presences lost, doubled, out of order or astray',
        ...names.map((name) => whole(faults(name))),
        ...ratios.map(() => ''),
      ],
    ],
  };
}

function valueCell(value: number | undefined): string {
  return value === undefined ? '' : rounded(value);
}

function ratioCell(peer: number | undefined, own: number | undefined): string {
  if (peer === undefined || own === undefined || own <= 0) return '';
  return `${rounded(peer / own)}×`;
}

export function comparisonMarkdown(comparison: Comparison, facts: ComparisonFacts): string {
  return [
    markdownTable(comparisonTable(comparison, facts.subject)),
    '',
    `${provenance(comparison, facts)} Repeat it with \`${facts.command}\`.`,
    '',
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
    ...plots,
  ]);
}

function provenance({ servers, rounds }: Comparison, { machine, date }: ComparisonFacts): string {
  const versions = servers
    .filter(({ name }) => name !== floorName)
    .map(({ name, version }) => `${name} ${version}`);
  return (
    `Medians of ${counted(rounds, 'run')}, in turn, of CPU time of all server processes together; ` +
    `${versions.join(', ')}; ${machineLine(machine)}; ${date.slice(0, 10)}. ` +
    'A ratio above 1 says that the other needs so many times as much.'
  );
}
