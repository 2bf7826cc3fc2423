// What is reported of a scenario: the medians of its runs, what was wrong, and how far the numbers can be trusted.

import { medianFigures, type Figure } from '../measure/figure.ts';
import { wasLimit } from '../measure/generator-load.ts';
import { faultSentences } from './fault-words.ts';
import { addFaults, faultCount, noFaults, type Faults } from '../measure/ledger.ts';
import type { Machine } from '../measure/machine.ts';
import type { Phase } from '../measure/phase.ts';
import type { Run, TargetFacts } from '../run/run.ts';
import { FigureBook, type Play } from '../scenario/scenario.ts';

export interface ReportFacts {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly machine: Machine;
  /** ISO 8601, when the first run began. */
  readonly date: string;
}

export interface Report extends ReportFacts {
  readonly title: string;
  readonly target: TargetFacts;
  readonly runs: readonly Run[];
  /** Medians over the runs. */
  readonly figures: readonly Figure[];
  /** Of all runs together. */
  readonly faults: Faults;
  readonly replaced: number;
  readonly lostSessions: readonly string[];
  /** Phases in which the generator held things up, in any run. */
  readonly limitedByGenerator: readonly string[];
  readonly sentence: string;
}

export function reportOf(facts: ReportFacts, play: Play, runs: readonly [Run, ...Run[]]): Report {
  const outcomes = runs.map(({ outcome }) => outcome);
  const figures = medianFigures(outcomes.map((outcome) => outcome.figures));
  return {
    ...facts,
    title: play.title,
    target: runs[0].target,
    runs,
    figures,
    faults: outcomes.map(({ faults }) => faults).reduce(addFaults, noFaults),
    replaced: outcomes.reduce((sum, { replaced }) => sum + replaced, 0),
    lostSessions: outcomes.flatMap(({ lostSessions }) =>
      lostSessions.map(({ user, why }) => `user ${user}: ${why}`),
    ),
    limitedByGenerator: limitedPhases(runs),
    sentence: play.conclude(new FigureBook(figures)),
  };
}

function limitedPhases(runs: readonly Run[]): readonly string[] {
  const limited = runs.flatMap(({ outcome }) =>
    outcome.phases.filter(isLimited).map(({ name }) => name),
  );
  return [...new Set(limited)];
}

function isLimited({ spent, latency }: Phase): boolean {
  const p99Ms = latency === undefined ? undefined : latency.quantile(0.99) / 1000;
  return wasLimit(spent.generator, p99Ms);
}

/** Whether everything came that had to come, once, in order, to whom it was for. */
export function isSound({ faults, lostSessions }: Report): boolean {
  return faultCount(faults) === 0 && lostSessions.length === 0;
}

/** One sentence for each thing that was wrong, and one for what was right. */
export function checks(report: Report): readonly string[] {
  const delivered = report.runs
    .flatMap(({ outcome }) => outcome.phases)
    .reduce((sum, { tally }) => sum + tally.delivered, 0);
  const wrong = faultSentences(report.faults).map((fault) => `WRONG: ${fault}`);
  const [firstLost] = report.lostSessions;
  const lost =
    firstLost === undefined
      ? []
      : [`WRONG: the server ended ${report.lostSessions.length} streams (${firstLost}).`];
  const replaced =
    report.replaced === 0
      ? []
      : [
          `${report.replaced.toLocaleString('en-US')} presences were replaced by newer ones before they were delivered.`,
        ];
  const right =
    delivered === 0 || wrong.length > 0
      ? []
      : [
          `Checked: ${delivered.toLocaleString('en-US')} measured deliveries, each once, in order, none missing.`,
        ];
  return [...wrong, ...lost, ...right, ...replaced];
}

/** From what to what each phase's latency is. */
export function latencyMeanings({ runs }: Report): readonly string[] {
  const meanings = (runs[0]?.outcome.phases ?? [])
    .filter(({ latency }) => latency !== undefined && latency.count > 0)
    .map(({ name, latencyLabel }) => ({ name, latencyLabel }));
  const labels = [...new Set(meanings.map(({ latencyLabel }) => latencyLabel))];
  const phasesOf = (label: string) =>
    meanings.filter(({ latencyLabel }) => latencyLabel === label).map(({ name }) => name);
  if (labels.length === 0) return [];
  return [
    `Latency is ${labels.map((label) => `${label} (${phasesOf(label).join(', ')})`).join(', ')}.`,
  ];
}

/** What limits how far the numbers can be trusted. */
export function caveats(report: Report): readonly string[] {
  const others = report.figures
    .filter(({ key, value }) => key.endsWith('.othersShare') && value > noticeableShare)
    .map(({ phase }) => phase);
  return [
    ...(report.limitedByGenerator.length === 0
      ? []
      : [
          `The generator was the limit in: ${report.limitedByGenerator.join(', ')}. ` +
            'Rates and latencies are bounds there; CPU times hold.',
        ]),
    ...(others.length === 0
      ? []
      : [
          `Others used more than ${noticeableShare} % of the machine in: ${others.join(', ')}. ` +
            'Compare ratios rather than times.',
        ]),
  ];
}

/** In percent. */
const noticeableShare = 10;
