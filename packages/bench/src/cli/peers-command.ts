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
import { textTable } from '../report/table.ts';
import { progressOn } from '../report/progress.ts';
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
import { interruptibly, type BenchIo } from './io.ts';
import { stageOptions } from './stage-options.ts';

const standardServers = [floorName, 'prosody', 'ejabberd', 'rollcall'];
const clusterName = /^cluster-(\d.*)$/;

const options = {
  servers: list(
    '<NAME>',
    `some of ${standardServers.join(', ')}, and clusters as cluster-2+2 (default: all but clusters)`,
    serverName,
    standardServers,
  ),
  scenarios: list('<NAME>', 'which scenarios; all by default', scenarioName),
  rounds: count(3, 'times that each is measured on each server; medians are shown'),
  scale: decimal(1, 'multiplies the numbers of users'),
  verbose: flag('print each run'),
  json: optionalText('<FILE>', 'write all values there as JSON'),
  markdown: optionalText('<FILE>', 'write the table there as Markdown'),
  html: optionalText('<FILE>', 'write it there as a page with plots'),
};

const { modules, rollcall, profile } = targetOptions;
const serverOptions = { modules, rollcall, profile };

export function addPeers(program: Command, io: BenchIo): void {
  const command = program
    .command('peers')
    .description('compares Rollcall with other servers, in turn, and prints a table of ratios');
  addOptions(command, { ...options, ...serverOptions, ...stageOptions });
  command.action(async (given: Readonly<Record<string, unknown>>) => {
    const subject = subjectOf(valuesOf(options, given).servers);
    const facts = {
      subject,
      machine: thisMachine(),
      date: new Date().toISOString(),
      command: commandLine(given),
    };
    const comparison = await interruptibly(io, (signal) => compared(given, io, signal));
    await writeFiles(comparison, facts, given);
    io.out.write(`${textTable(comparisonTable(comparison, subject))}\n`);
    for (const failure of comparison.failures) io.out.write(`FAILED: ${failure}\n`);
    const own = comparison.servers.find(({ name }) => name === subject);
    if ((own?.faults ?? 0) > 0 || comparison.failures.length > 0) throw new Unsound();
  });
}

function compared(
  given: Readonly<Record<string, unknown>>,
  io: BenchIo,
  signal: AbortSignal,
): Promise<Comparison> {
  const { servers, rounds, scale, scenarios: wanted, verbose } = valuesOf(options, given);
  const entries = suite(scale).filter(
    ({ scenario }) => wanted.length === 0 || scenario === 'raw' || wanted.includes(scenario),
  );
  return compare({
    entries,
    rounds,
    signal,
    contenders: servers.map((name) => contender(name, given)),
    settings: valuesOf(stageOptions, given),
    progress: progressOn(io.err),
    onRun: (what) => {
      if (verbose || io.err.isTTY === true) io.err.write(`${what}\n`);
    },
  });
}

function contender(name: string, given: Readonly<Record<string, unknown>>): Contender {
  const values = valuesOf(targetOptions, given);
  if (name === floorName) return { name, source: raw(accountsOf(values)) };
  const cluster = clusterName.exec(name)?.[1];
  const server = serverNames.find((each) => each === name) ?? 'rollcall';
  return { name, source: startable(server, { ...values, cluster }) };
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
  const { scale, rounds, servers, scenarios: wanted } = valuesOf(options, given);
  const said = [
    ...(servers === standardServers ? [] : [`--servers ${servers.join(',')}`]),
    ...(wanted.length === 0 ? [] : [`--scenarios ${wanted.join(',')}`]),
    ...(scale === options.scale.fallback ? [] : [`--scale ${scale}`]),
    ...(rounds === options.rounds.fallback ? [] : [`--rounds ${rounds}`]),
    ...(valuesOf(serverOptions, given).modules === 'lean' ? [] : ['--modules debian']),
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
