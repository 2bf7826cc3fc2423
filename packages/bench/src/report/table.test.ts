import { expect, it } from 'vitest';
import { figure } from '../measure/figure.ts';
import { figureTable, markdownTable, textTable } from './table.ts';

const figures = [
  figure('paced', 'operations', 'changes', '', 50),
  figure('paced', 'own', 'something of its own', 'ms', 1.5),
  figure('paced', 'cpuUsPerDelivery', 'server CPU per delivery', 'µs', 12.34),
  figure('burst', 'operations', 'changes', '', 20),
];

it('has a column for each phase and a row for each measure, what is common first', () => {
  expect(figureTable(figures)).toEqual({
    head: ['', 'paced', 'burst'],
    rows: [
      ['changes', '50', '20'],
      ['server CPU per delivery, µs', '12.3', ''],
      ['something of its own, ms', '1.5', ''],
    ],
  });
});

it('is aligned as text', () => {
  const text = textTable({
    head: ['', 'a', 'long'],
    rows: [
      ['row', '1', '2'],
      ['x', '', '3'],
    ],
  });
  expect(text.split('\n')).toEqual(['     a  long', 'row  1     2', 'x          3']);
});

it('is Markdown that a pipe cannot break', () => {
  const markdown = markdownTable({ head: ['', 'a|b'], rows: [['row', '1']] });
  expect(markdown.split('\n')).toEqual(['|  | a\\|b |', '| --- | ---: |', '| row | 1 |']);
});
