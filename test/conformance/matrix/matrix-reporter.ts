// Prints the matrix when a run is over; with the results of other runs beside it, what they differ in.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { comparisonPage } from './comparison.ts';
import type { RuleResult, RunResults } from './results.ts';
import {
  chaptersTable,
  differencesTable,
  failuresText,
  matrixRows,
  matrixTable,
} from './tables.ts';

/** A directory where each run leaves its results for the ones after it. */
const resultsDirectory = process.env['CONFORMANCE_RESULTS'];
/** A Markdown file to write the comparison to. */
const reportFile = process.env['CONFORMANCE_REPORT'];

export default class MatrixReporter implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    const result = ruleResult(testCase);
    if (result !== undefined) print(result.passed ? '.' : 'x');
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    const broken = [...errors, ...modules.flatMap((module) => [...module.errors()])];
    const suites = modules.flatMap((module) => [...module.children.allSuites()]);
    for (const error of [...broken, ...suites.flatMap((suite) => [...suite.errors()])]) {
      print(`\n${error.message}\n`);
    }

    const results = runResults(modules);
    print(`\n\n${failuresText(results)}\n\n`);
    // A run that was narrowed down by a pattern says nothing about coverage.
    const skipped = modules.some((module) => [...module.children.allTests('skipped')].length > 0);
    if (skipped) return;

    print(`${matrixTable(results)}\n`);
    if (matrixRows(results).some((row) => row.rules === 0)) {
      print('\nA section is not covered.\n');
      process.exitCode = 1;
    }
    if (resultsDirectory !== undefined) compare(results, resultsDirectory);
  }
}

function runResults(modules: readonly TestModule[]): RunResults {
  const cases = modules.flatMap((module) => [...module.children.allTests()]);
  return {
    server: cases[0]?.meta().conformance?.server ?? 'no server',
    rules: cases.map(ruleResult).filter((result) => result !== undefined),
  };
}

function ruleResult(testCase: TestCase): RuleResult | undefined {
  const meta = testCase.meta().conformance;
  if (meta === undefined) return undefined;
  const result = testCase.result();
  const reason = result.errors?.[0]?.message;
  return {
    section: meta.section,
    sentence: meta.sentence,
    chapter: testCase.parent.type === 'suite' ? testCase.parent.name : '',
    passed: result.state === 'passed',
    ...(reason === undefined ? {} : { reason }),
  };
}

function compare(results: RunResults, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const [kind = 'server'] = results.server.split(' ');
  writeFileSync(join(directory, `${kind}.json`), JSON.stringify(results, null, 2));
  const runs = readdirSync(directory)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as RunResults);
  if (runs.length < 2) return;
  print(`\n${chaptersTable(runs)}\n\n${differencesTable(runs)}\n`);
  if (reportFile !== undefined) writeFileSync(reportFile, comparisonPage(runs));
}

function print(text: string): void {
  process.stdout.write(text);
}
