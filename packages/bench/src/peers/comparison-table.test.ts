import { expect, it } from 'vitest';
import type { Comparison } from './comparison.ts';
import { comparisonMarkdown, comparisonPage, comparisonTable } from './comparison-table.ts';

const comparison: Comparison = {
  rounds: 3,
  failures: ['storm: ejabberd, 2 of 3: It was not over after 300 s.'],
  faults: ['prosody, storm: 12 presences came twice.'],
  servers: [
    { name: 'raw', version: '', faults: 0 },
    { name: 'rollcall', version: '0.1.0', faults: 0 },
    { name: 'prosody', version: '0.12.3', faults: 12 },
  ],
  rows: [
    {
      label: 'broadcast',
      unit: 'µs',
      values: { raw: [9, 8, 10], rollcall: [12, 99, 11], prosody: [54, 53, 60] },
    },
    { label: 'roster', unit: 'ms', values: { rollcall: [10], prosody: [43] } },
  ],
};

const facts = {
  subject: 'rollcall',
  machine: { cpu: 'Zen', cores: 2, memoryMiB: 2048, system: 'Linux', node: 'v20' },
  date: '2026-01-02T03:04:05.000Z',
  command: 'npm run bench:peers',
};

it('shows medians, and how often that of the subject goes into them', () => {
  expect(comparisonTable(comparison, 'rollcall')).toEqual({
    head: ['', 'raw', 'rollcall', 'prosody'],
    rows: [
      ['broadcast, µs', '9 (0.75×)', '12', '54 (4.5×)'],
      ['roster, ms', '', '10', '43 (4.3×)'],
      ['presences lost, doubled, out of order or astray', '0', '0', '12'],
    ],
  });
});

it('has no ratios without the subject', () => {
  const { rows } = comparisonTable(
    { ...comparison, servers: comparison.servers.filter(({ name }) => name !== 'rollcall') },
    'elsewhere',
  );
  expect(rows[0]).toEqual(['broadcast, µs', '9', '54']);
});

it('says in Markdown where the numbers come from', () => {
  const markdown = comparisonMarkdown(comparison, facts);
  expect(markdown).toContain('| broadcast, µs | 9 (0.75×) | 12 | 54 (4.5×) |');
  expect(markdown).toContain('rollcall 0.1.0, prosody 0.12.3; Zen, 2 cores, 2 GiB');
  expect(markdown).toContain('`npm run bench:peers`');
  expect(markdown).toContain('2026-01-02');
  expect(markdown).toContain('prosody, storm: 12 presences came twice.');
  expect(markdown).toContain('Runs that could not be made: storm: ejabberd, 2 of 3:');
});

it('draws a plot for each row', () => {
  const html = comparisonPage(comparison, facts);
  expect(html.match(/<svg/g)).toHaveLength(2);
});
