// `rollcall bench calibrate`: measures the costs that `rollcall plan` plans with.

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { hashingMs } from '../measure/hashing.ts';
import { machineLine, thisMachine } from '../measure/machine.ts';
import { addOptions, count, text, valuesOf } from '../option/option.ts';
import {
  busCosts,
  calibrationPlay,
  checksOf,
  medianFields,
  roleCosts,
  runNames,
  type Outcomes,
  type RunName,
} from '../plan/calibration.ts';
import { formatConstants, type Constants } from '../plan/constants.ts';
import { checkLines } from '../plan/plan-text.ts';
import { Countdown } from '../report/countdown.ts';
import { progressOn } from '../report/progress.ts';
import { runOnce } from '../run/run.ts';
import type { Outcome } from '../scenario/stage.ts';
import { chooseTarget, clusterSize, targetOptions } from '../target/choose.ts';
import type { TargetSource } from '../target/target.ts';
import { assertWritable } from './output-file.ts';
import { interruptibly, type BenchIo } from './io.ts';
import { stageOptions } from './stage-options.ts';

const options = {
  rounds: count(1, 'times that each scenario is played; medians are kept'),
  cluster: text('2+2', '<ENGINES+FRONT-ENDS|none>', 'the cluster to measure beside one process'),
  output: text('constants.json', '<FILE>', 'where the costs are written'),
};

const { rollcall } = targetOptions;

export function addCalibrate(program: Command, io: BenchIo): void {
  const command = program
    .command('calibrate')
    .description('measures what things cost on this machine, for rollcall plan --constants');
  addOptions(command, { ...options, rollcall, ...stageOptions });
  command.action(async (given: Readonly<Record<string, unknown>>) => {
    const { output } = valuesOf(options, given);
    await assertWritable(output);
    const constants = await interruptibly(io, (signal) => calibrate(given, io, signal));
    await writeFile(output, formatConstants(constants));
    for (const line of checkLines(constants)) io.out.write(`${line}\n`);
    io.out.write(`The costs are in ${output}: rollcall plan --constants ${output}\n`);
  });
}

type Given = Readonly<Record<string, unknown>>;

async function calibrate(given: Given, io: BenchIo, signal: AbortSignal): Promise<Constants> {
  const { cluster, rounds } = valuesOf(options, given);
  const target = { ...valuesOf(targetOptions, given), cluster: undefined };
  const date = new Date().toISOString();
  const runs = rounds * runNames.length * (cluster === 'none' ? 1 : 2);
  const countdown = new Countdown(runs, runMs, () => performance.now());
  io.err.write(`${runs} runs, ${countdown.left} on a quiet machine of two cores.\n`);
  const play = (source: TargetSource) => playAll(source, { given, io, signal, countdown });
  const embedded = await play(chooseTarget(target));
  const costs = embedded.rounds.map((outcomes) => roleCosts(outcomes, 'server', 1));
  const server = medianFields(costs);
  return {
    measured: {
      date,
      machine: machineLine(thisMachine()),
      version: embedded.version,
      command: `rollcall bench calibrate --rounds ${rounds}`,
    },
    hashingUs: hashingMs(defaultIterations) * 1000,
    embedded: { server, checks: checksOf(embedded.rounds, [server]) },
    ...(cluster === 'none'
      ? {}
      : {
          cluster: clusterConstants(cluster, await play(chooseTarget({ ...target, cluster }))),
        }),
  };
}

function clusterConstants(cluster: string, { rounds }: Played): NonNullable<Constants['cluster']> {
  const { engines, frontEnds, natsServers } = clusterSize(cluster);
  const of = (role: string, processes: number) =>
    medianFields(rounds.map((outcomes) => roleCosts(outcomes, role, processes)));
  const roles = {
    engine: of('engine', engines),
    frontEnd: of('front-end', frontEnds),
    nats: of('nats', natsServers),
  };
  return {
    size: cluster,
    ...roles,
    bus: medianFields(rounds.map(busCosts)),
    checks: checksOf(rounds, Object.values(roles)),
  };
}

/** About what a run takes, its servers' start included, until one has been timed. */
const runMs = 14_000;

/** Of new passwords, where nothing else is configured. */
const defaultIterations = 10_000;

interface Played {
  readonly version: string;
  readonly rounds: readonly Outcomes[];
}

interface Circumstances {
  readonly given: Given;
  readonly io: BenchIo;
  readonly signal: AbortSignal;
  readonly countdown: Countdown;
}

async function playAll(
  source: TargetSource,
  { given, io, signal, countdown }: Circumstances,
): Promise<Played> {
  const settings = valuesOf(stageOptions, given);
  const progress = progressOn(io.err);
  const rounds: Outcomes[] = [];
  let version = '';
  const playRound = async () => {
    const outcomes: Partial<Record<RunName, Outcome>> = {};
    for (const name of runNames) {
      const play = calibrationPlay(name);
      io.err.write(`${countdown.next()}: ${source.name}, ${play.title}\n`);
      const run = await runOnce({ play, source, settings, progress, signal });
      outcomes[name] = run.outcome;
      version = run.target.version;
    }
    return outcomes as Outcomes;
  };
  while (rounds.length < valuesOf(options, given).rounds) rounds.push(await playRound());
  return { version, rounds };
}
