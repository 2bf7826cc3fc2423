// `rollcall bench peers`: the scenarios on several servers in turn, and a table of ratios.

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { thisMachine } from '../measure/machine.ts';
import {
  addOptions,
  count,
  decimal,
  flag,
  list,
  optionalText,
  refuse,
  valuesOf,
} from '../option/option.ts';
import { compare, floorName, type Comparison, type Contender } from '../peers/comparison.ts';
import {
  comparisonMarkdown,
  comparisonPage,
  comparisonTable,
  type ComparisonFacts,
} from '../peers/comparison-table.ts';
import { suite, type Entry } from '../peers/suite.ts';
import { findMarkers, writeBetweenMarkers } from '../peers/markers.ts';
import { textTable } from '../report/table.ts';
import { noProgress, progressOn } from '../report/progress.ts';
import { scenarios } from '../scenario/catalogue.ts';
import {
  accountsOf,
  clusterSize,
  serverNames,
  startable,
  targetOptions,
} from '../target/choose.ts';
import { raw } from '../target/raw.ts';
import { Unsound } from './command.ts';
import { assertWritable } from './output-file.ts';
import { interruptibly, type BenchIo } from './io.ts';
import { stageOptions } from './stage-options.ts';

/** Those with Debian's modules, and clusters, are variants: not every scenario is played on them. */
const standardServers = [
  floorName,
  'prosody',
  'prosody-debian',
  'ejabberd',
  'ejabberd-debian',
  'rollcall',
  'cluster-1+1',
];
const clusterName = /^cluster-(\d.*)$/;
const debianName = /^(.+)-debian$/;

const options = {
  servers: list(
    '<NAME>',
    `some of ${standardServers.join(', ')}, and other clusters; all of these by default`,
    serverName,
    standardServers,
  ),
  scenarios: list('<NAME>', 'which scenarios; all by default', scenarioName),
  rounds: count(3, 'times that each is measured on each server; medians are shown'),
  scale: decimal(1, 'multiplies the numbers of users'),
  quick: flag('one round of a tenth of the size, to see that all works: two minutes'),
  thorough: flag('play every scenario on the variants too: Debian’s modules, clusters'),
  json: optionalText('<FILE>', 'write all values there as JSON'),
  markdown: optionalText('<FILE>', 'write the table there as Markdown'),
  write: optionalText('<FILE>', 'put the table into this file, between its bench:peers markers'),
  html: optionalText('<FILE>', 'write it there as a page with plots'),
};

const { rollcall, profile } = targetOptions;
const serverOptions = { rollcall, profile };

export function addPeers(program: Command, io: BenchIo): void {
  const command = program
    .command('peers')
    .description('compares Rollcall with other servers, in turn, and prints a table of ratios');
  addOptions(command, { ...options, ...serverOptions, ...stageOptions });
  command.action(async (given: Readonly<Record<string, unknown>>) => {
    const { write: page, servers } = valuesOf(options, given);
    // Nobody measures for a quarter of an hour for a file that cannot take it.
    if (page !== undefined) await findMarkers(page);
    const { json, markdown, html } = valuesOf(options, given);
    for (const file of [json, markdown, html]) if (file !== undefined) await assertWritable(file);
    const subject = subjectOf(servers);
    const facts = {
      subject,
      machine: thisMachine(),
      date: new Date().toISOString(),
      command: commandLine(given),
    };
    const comparison = await interruptibly(io, (signal) => compared(given, io, signal));
    if (page !== undefined) await writeBetweenMarkers(page, comparisonMarkdown(comparison, facts));
    await writeFiles(comparison, facts, given);
    io.out.write(`${textTable(comparisonTable(comparison, subject))}\n`);
    for (const fault of comparison.faults) io.out.write(`${fault}\n`);
    for (const failure of comparison.failures) io.out.write(`FAILED: ${failure}\n`);
    const own = comparison.servers.find(({ name }) => name === subject);
    if ((own?.faults ?? 0) > 0 || comparison.failures.length > 0) throw new Unsound();
  });
}

/** The longest run takes half a minute on an idle machine of two cores. */
const runLimitMs = 5 * 60_000;

function compared(
  given: Readonly<Record<string, unknown>>,
  io: BenchIo,
  signal: AbortSignal,
): Promise<Comparison> {
  const { servers, scenarios: wanted, thorough } = valuesOf(options, given);
  const { rounds, scale } = extentOf(given);
  const entries = suite(scale).filter(
    ({ scenario }) => wanted.length === 0 || scenario === 'raw' || wanted.includes(scenario),
  );
  return compare({
    entries,
    rounds,
    runLimitMs,
    signal,
    contenders: servers.map((name) => {
      const { isVariant, ...plain } = contender(name, given);
      return { ...plain, isVariant: isVariant && !thorough };
    }),
    settings: valuesOf(stageOptions, given),
    // In a file, the runs are progress enough.
    progress: io.err.isTTY === true ? progressOn(io.err) : noProgress,
    onRun: (what) => void io.err.write(`${what}\n`),
  });
}

function contender(
  name: string,
  given: Readonly<Record<string, unknown>>,
): Contender & { readonly isVariant: boolean } {
  const values = valuesOf(targetOptions, given);
  if (name === floorName) return { name, source: raw(accountsOf(values)), isVariant: false };
  const cluster = clusterName.exec(name)?.[1];
  const debian = debianName.exec(name)?.[1];
  const server = serverNames.find((each) => each === (debian ?? name)) ?? 'rollcall';
  const modules = debian === undefined ? 'lean' : 'debian';
  return {
    name,
    source: startable(server, { ...values, cluster, modules }),
    isVariant: cluster !== undefined || debian !== undefined,
  };
}

function extentOf(given: Readonly<Record<string, unknown>>) {
  const { rounds, scale, quick } = valuesOf(options, given);
  return quick ? { rounds: 1, scale: scale / 10 } : { rounds, scale };
}

/** What others are held against: Rollcall in one process, or else the server that was named last. */
function subjectOf(servers: readonly string[]): string {
  return servers.find((name) => name === 'rollcall') ?? servers.at(-1) ?? '';
}

async function writeFiles(
  comparison: Comparison,
  facts: ComparisonFacts,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { json, markdown, html } = valuesOf(options, given);
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ ...facts, ...comparison }, undefined, 2)}\n`);
  if (markdown !== undefined) await writeFile(markdown, comparisonMarkdown(comparison, facts));
  if (html !== undefined) await writeFile(html, comparisonPage(comparison, facts));
}

/** What changes the numbers, as it was given. */
function commandLine(given: Readonly<Record<string, unknown>>): string {
  const { scale, rounds, servers, scenarios: wanted, quick, thorough } = valuesOf(options, given);
  const said = [
    ...(servers === standardServers ? [] : [`--servers ${servers.join(',')}`]),
    ...(wanted.length === 0 ? [] : [`--scenarios ${wanted.join(',')}`]),
    ...(scale === options.scale.fallback ? [] : [`--scale ${scale}`]),
    ...(rounds === options.rounds.fallback ? [] : [`--rounds ${rounds}`]),
    ...(quick ? ['--quick'] : []),
    ...(thorough ? ['--thorough'] : []),
  ];
  return ['npm run bench:peers', ...(said.length > 0 ? ['--', ...said] : [])].join(' ');
}

function serverName(given: string): string {
  const [, cluster] = clusterName.exec(given) ?? [];
  if (cluster !== undefined) clusterSize(cluster);
  else if (!standardServers.includes(given))
    refuse(`some of ${standardServers.join(', ')}, cluster-2+2 and the like are wanted.`);
  return given;
}

function scenarioName(given: string): Entry['scenario'] {
  const names = scenarios.map(({ name }) => name);
  return names.includes(given) ? given : refuse(`some of ${names.join(', ')} are wanted.`);
}
