// `rollcall bench SCENARIO`: measures one scenario against one server.

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { thisMachine } from '../measure/machine.ts';
import { addOptions, count, optionalText, valuesOf } from '../option/option.ts';
import { htmlReport } from '../report/html.ts';
import { jsonReport } from '../report/json.ts';
import { progressOn } from '../report/progress.ts';
import { isSound, reportOf, type Report } from '../report/report.ts';
import { textReport } from '../report/text.ts';
import { runOnce, type Run } from '../run/run.ts';
import { scenarios } from '../scenario/catalogue.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { rostersFor } from '../target/rosters.ts';
import { accountsOf, chooseTarget, targetOptions, type TargetValues } from '../target/choose.ts';
import { addCalibrate } from './calibrate-command.ts';
import { newCommand, runCommand, Unsound } from './command.ts';
import { assertWritable } from './output-file.ts';
import { interruptibly, standardIo, type BenchIo } from './io.ts';
import { addPeers } from './peers-command.ts';
import { stageOptions } from './stage-options.ts';

const outputOptions = {
  runs: count(1, 'runs, each on a fresh server; medians are shown'),
  json: optionalText('<FILE>', 'write the report there as JSON'),
  html: optionalText('<FILE>', 'write it there as a page with plots'),
};

/** Measures one scenario. Resolves with the exit code: 0 only when everything came that had to come. */
export function runBench(argv: readonly string[], io: BenchIo = standardIo): Promise<number> {
  const command = newCommand('rollcall bench', io).description(
    'Measures presence servers: what a presence costs, how late it comes, and that each one comes once.',
  );
  for (const scenario of scenarios) addScenario(command, scenario, io);
  addPeers(command, io);
  addCalibrate(command, io);
  return runCommand(command, argv, io);
}

function addScenario(command: Command, scenario: Scenario, io: BenchIo): void {
  const own = command.command(scenario.name).description(scenario.summary);
  addOptions(own, scenario.options);
  addOptions(own, { ...stageOptions, ...targetOptions, ...outputOptions });
  own.action(async (given: Readonly<Record<string, unknown>>) => {
    const { json, html } = valuesOf(outputOptions, given);
    for (const file of [json, html]) if (file !== undefined) await assertWritable(file);
    const report = await interruptibly(io, (signal) => measured(scenario, given, io, signal));
    io.out.write(textReport(report));
    if (json !== undefined) await writeFile(json, jsonReport(report));
    if (html !== undefined) await writeFile(html, htmlReport(report));
    if (!isSound(report)) throw new Unsound();
  });
}

/** Where nothing is said of a server. */
function withCluster(target: TargetValues, { cluster }: Scenario): TargetValues {
  const isNamed = target.target.length > 0 || target.server !== targetOptions.server.fallback;
  return isNamed ? target : { ...target, cluster: target.cluster ?? cluster };
}

async function measured(
  scenario: Scenario,
  given: Readonly<Record<string, unknown>>,
  io: BenchIo,
  signal: AbortSignal,
): Promise<Report> {
  const settings = valuesOf(stageOptions, given);
  const target = valuesOf(targetOptions, given);
  const play = scenario.play(given);
  const plan = {
    play,
    settings,
    signal,
    source: play.source?.(accountsOf(target)) ?? chooseTarget(withCluster(target, scenario)),
    progress: progressOn(io.err),
    ...(target.target.length > 0 ? { prepare: rostersFor(settings, target.prepare) } : {}),
  };
  const facts = {
    scenario: scenario.name,
    parameters: valuesOf(scenario.options, given),
    machine: thisMachine(),
    date: new Date().toISOString(),
  };
  const runs: [Run, ...Run[]] = [await runOnce(plan)];
  for (const { runs: wanted } = valuesOf(outputOptions, given); runs.length < wanted;)
    runs.push(await runOnce(plan));
  return reportOf(facts, play, runs);
}
