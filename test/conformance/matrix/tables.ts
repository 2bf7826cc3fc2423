// The tables that people read: sections covered by one run, and the rules in which runs differ.

import { citations } from './results.ts';
import type { RuleResult, RunResults } from './results.ts';
import { sections } from './sections.ts';

export interface MatrixRow {
  readonly cite: string;
  readonly title: string;
  readonly rules: number;
  readonly passed: number;
}

/** A row for each section; a rule counts where it is cited, for the section itself or one within it. */
export function matrixRows(results: RunResults): readonly MatrixRow[] {
  return sections.map(({ cite, title }) => {
    const rules = results.rules.filter((rule) =>
      citations(rule.section).some((cited) => cited === cite || cited.startsWith(`${cite}.`)),
    );
    return { cite, title, rules: rules.length, passed: rules.filter((rule) => rule.passed).length };
  });
}

export function matrixTable(results: RunResults): string {
  const rows = matrixRows(results).map(({ cite, title, rules, passed }) => [
    cite,
    title,
    String(rules),
    String(passed),
    rules === 0 ? 'NOT COVERED' : passed === rules ? '' : `${rules - passed} FAILED`,
  ]);
  return aligned([['section', 'about', 'rules', 'passed', ''], ...rows]);
}

/** The rules that were not kept, each with the first line of why. */
export function failuresText(results: RunResults): string {
  const failures = results.rules.filter((rule) => !rule.passed);
  return failures
    .map(({ section, sentence, reason = '' }) => {
      const [why = ''] = reason.split('\n');
      return `✗ ${section}: ${sentence}\n    ${why}`;
    })
    .join('\n');
}

/** Markdown: how many rules of each chapter each server keeps. */
export function chaptersTable(runs: readonly RunResults[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const chapters = [...new Set(first.rules.map((rule) => rule.chapter))];
  const kept = (run: RunResults, chapter: string) =>
    run.rules.filter((rule) => rule.chapter === chapter && rule.passed).length;
  const total = (chapter: string) => first.rules.filter((rule) => rule.chapter === chapter).length;
  return markdown([
    ['chapter', 'rules', ...runs.map((run) => run.server)],
    ['---', '--:', ...runs.map(() => '--:')],
    ...chapters.map((chapter) => [
      chapter,
      String(total(chapter)),
      ...runs.map((run) => String(kept(run, chapter))),
    ]),
    [
      '**all**',
      `**${first.rules.length}**`,
      ...runs.map((run) => `**${run.rules.filter((rule) => rule.passed).length}**`),
    ],
  ]);
}

/** Markdown: the rules that not all servers keep, a column for each run. */
export function differencesTable(runs: readonly RunResults[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const differing = first.rules.filter((rule) =>
    runs.some((run) => outcomeOf(run, rule) !== outcomeOf(first, rule)),
  );
  return markdown([
    ['section', 'rule', ...runs.map((run) => run.server)],
    ['---', '---', ...runs.map(() => ':-:')],
    ...differing.map((rule) => [
      rule.section,
      rule.sentence.replaceAll('|', '\\|'),
      ...runs.map((run) => outcomeOf(run, rule)),
    ]),
  ]);
}

function markdown(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function outcomeOf(run: RunResults, wanted: RuleResult): string {
  const found = run.rules.find(
    (rule) => rule.section === wanted.section && rule.sentence === wanted.sentence,
  );
  return found === undefined ? '?' : found.passed ? 'yes' : 'no';
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
