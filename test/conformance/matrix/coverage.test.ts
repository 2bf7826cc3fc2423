// What must be true of the suite before any server is asked.

import { describe, expect, test } from 'vitest';
import { chapters } from '../chapters.ts';
import { comparisonPage } from './comparison.ts';
import { citations } from './results.ts';
import type { RunResults } from './results.ts';
import {
  chaptersTable,
  differencesTable,
  failuresText,
  matrixRows,
  matrixTable,
} from './tables.ts';

const rules = chapters.flatMap((chapter) => chapter.rules);

describe('the conformance suite', () => {
  test('covers every section of the matrix', () => {
    const all: RunResults = {
      server: 'none',
      rules: rules.map(({ section, sentence }) => ({
        section,
        sentence,
        chapter: '',
        passed: true,
      })),
    };
    const empty = matrixRows(all).filter((row) => row.rules === 0);
    expect(empty.map(({ cite }) => cite)).toEqual([]);
  });

  test('states no rule twice', () => {
    const stated = rules.map(({ section, sentence }) => `${section}: ${sentence}`);
    expect(stated.filter((one, index) => stated.indexOf(one) !== index)).toEqual([]);
  });

  test('cites sections in one form', () => {
    const cited = rules.flatMap((rule) => citations(rule.section));
    expect(cited.filter((cite) => !/^(RFC \d{4}|XEP-\d{4}) §[0-9A-Z][0-9.]*$/.test(cite))).toEqual(
      [],
    );
  });
});

describe('tables', () => {
  const rule = (section: string, sentence: string, passed: boolean) => ({
    section,
    sentence,
    chapter: 'Chapter',
    passed,
    ...(passed ? {} : { reason: `${sentence} was not so\nsecond line` }),
  });
  const ours: RunResults = {
    server: 'rollcall 1',
    rules: [
      rule('RFC 6121 §4.3.2', 'one', true),
      rule('RFC 6121 §4.3; RFC 3921 §5.2', 'two', true),
    ],
  };
  const theirs: RunResults = {
    server: 'prosody 2',
    rules: [
      rule('RFC 6121 §4.3.2', 'one', false),
      rule('RFC 6121 §4.3; RFC 3921 §5.2', 'two', true),
    ],
  };

  test('a row counts the rules for its section and those within it', () => {
    const row = matrixRows(theirs).find(({ cite }) => cite === 'RFC 6121 §4.3');
    expect(row).toMatchObject({ rules: 2, passed: 1 });
    expect(matrixTable(theirs)).toMatch(/RFC 6121 §4\.3 .* 2 +1 +1 FAILED/);
    expect(matrixTable(theirs)).toMatch(/RFC 6121 §2\.6 .* NOT COVERED/);
  });

  test('failures are told with the first line of why', () => {
    expect(failuresText(theirs)).toBe('✗ RFC 6121 §4.3.2: one\n    one was not so');
  });

  test('only rules in which the runs differ are in the table of differences', () => {
    const table = differencesTable([ours, theirs]);
    expect(table).toContain('| RFC 6121 §4.3.2 | one | yes | no |');
    expect(table).not.toContain('two');
  });

  test('the comparison names what a peer keeps and Rollcall does not', () => {
    expect(comparisonPage([theirs, ours])).toContain('Rollcall does not\n\nThere is none.');
    const [rollcall, peer] = [
      { ...ours, rules: theirs.rules },
      { ...theirs, rules: ours.rules },
    ];
    expect(comparisonPage([rollcall, peer])).toContain('\n- RFC 6121 §4.3.2: one\n');
    expect(comparisonPage([peer])).toContain('Rollcall was not asked.');
  });

  test('a chapter is counted for each run', () => {
    const table = chaptersTable([ours, theirs]);
    expect(table).toContain('| Chapter | 2 | 2 | 1 |');
    expect(table).toContain('| **all** | **2** | **2** | **1** |');
  });
});
