// Servers held against each other: each scenario on each server in turn, again and again, so that a machine that is
// slower for a while is slower for all.

import { addFaults, faultCount, noFaults, type Faults } from '../measure/ledger.ts';
import { median } from '../measure/figure.ts';
import { runOnce, type Run, type RunPlan } from '../run/run.ts';
import { faultSentences } from '../report/fault-words.ts';
import { FigureBook } from '../scenario/scenario.ts';
import type { TargetSource } from '../target/target.ts';
import { playOf } from '../scenario/catalogue.ts';
import type { Play } from '../scenario/scenario.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { Entry } from './suite.ts';

export interface Contender {
  /** A column of the table. */
  readonly name: string;
  readonly source: TargetSource;
  /** Another form of a server that is there too, measured by the main entries alone. */
  readonly isVariant?: boolean;
}

/** The column of what needs no server. */
export const floorName = 'raw';

export interface ComparedServer {
  readonly name: string;
  readonly version: string;
  /** In all its runs: presences that were lost, doubled, out of order, and so on; streams that the server ended. */
  readonly faults: number;
}

export interface Row {
  readonly label: string;
  readonly unit: string;
  /** By server, the values of its runs. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

export interface Comparison {
  readonly servers: readonly ComparedServer[];
  readonly rows: readonly Row[];
  /** Runs that could not be made, with the reason. */
  readonly failures: readonly string[];
  /** What was wrong in which scenario, server by server: the sum of all rounds. */
  readonly faults: readonly string[];
  readonly rounds: number;
}

export interface ComparisonPlan extends Omit<RunPlan, 'play' | 'source'> {
  readonly entries: readonly Entry[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** A run that takes longer is given up: its server hangs. */
  readonly runLimitMs: number;
  /** Before each run. */
  readonly onRun: (what: string) => void;
}

export async function compare(plan: ComparisonPlan): Promise<Comparison> {
  const tally = new ComparisonTally();
  for (const entry of plan.entries)
    for (let round = 1; round <= plan.rounds; round += 1)
      for (const contender of plan.contenders) {
        const play = playOf(entry);
        const needsServer = play.source === undefined;
        if (needsServer === (contender.name === floorName)) continue;
        if (contender.isVariant === true && entry.isMain !== true) continue;
        const what = `${entry.scenario}, ${play.title}: ${contender.name}, ${round} of ${plan.rounds}`;
        plan.onRun(what);
        try {
          tally.add(contender.name, play.title, entry, await runWithin(plan, contender, play));
        } catch (error) {
          // A run of half an hour is not given up for one that cannot be made.
          if (plan.signal.aborted) throw error;
          const why = error instanceof Error ? error.message : String(error);
          tally.failed(`${what}: ${why}`);
          plan.onRun(`FAILED: ${what}: ${why}`);
        }
      }
  return tally.comparison(plan.contenders, plan.rounds);
}

async function runWithin(
  { runLimitMs, ...plan }: ComparisonPlan,
  { source }: Contender,
  play: Play,
): Promise<Run> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new BenchFailure(`It was not over after ${runLimitMs / 1000} s.`)),
    runLimitMs,
  );
  try {
    const signal = AbortSignal.any([plan.signal, limit.signal]);
    return await runOnce({ ...plan, play, source, signal });
  } finally {
    clearTimeout(timer);
  }
}

class ComparisonTally {
  readonly #rows = new Map<string, { readonly unit: string; values: Record<string, number[]> }>();
  readonly #servers = new Map<string, { version: string; faults: number }>();
  readonly #failures: string[] = [];
  /** By server and scenario. */
  readonly #faults = new Map<string, { faults: Faults; lostStreams: number }>();

  failed(what: string): void {
    this.#failures.push(what);
  }

  add(
    server: string,
    title: string,
    { scenario, measures }: Entry,
    { target, outcome }: Run,
  ): void {
    const known = this.#servers.get(server) ?? { version: target.version, faults: 0 };
    known.faults += faultCount(outcome.faults) + outcome.lostSessions.length;
    this.#servers.set(server, known);
    const where = `${server}, ${scenario} (${title})`;
    const before = this.#faults.get(where) ?? { faults: noFaults, lostStreams: 0 };
    this.#faults.set(where, {
      faults: addFaults(before.faults, outcome.faults),
      lostStreams: before.lostStreams + outcome.lostSessions.length,
    });
    const figures = new FigureBook(outcome.figures);
    for (const { label, unit, key, factor = 1 } of measures) {
      const row = this.#rows.get(label) ?? { unit, values: {} };
      this.#rows.set(label, row);
      const value = figures.get(key);
      if (value !== undefined) (row.values[server] ??= []).push(value * factor);
    }
  }

  comparison(contenders: readonly Contender[], rounds: number): Comparison {
    return {
      rounds,
      failures: this.#failures,
      faults: [...this.#faults].flatMap(([where, { faults, lostStreams }]) =>
        faultSentences(faults, lostStreams).map((fault) => `${where}: ${fault}`),
      ),
      servers: contenders.map(({ name }) => ({
        name,
        ...(this.#servers.get(name) ?? { version: '', faults: 0 }),
      })),
      rows: [...this.#rows].map(([label, { unit, values }]) => ({ label, unit, values })),
    };
  }
}

/** Undefined for a server that the row was not measured on. */
export function medianOf(row: Row, server: string): number | undefined {
  const values = row.values[server];
  return values === undefined ? undefined : median(values);
}
