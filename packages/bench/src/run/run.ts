// One play, once or several times, each time on a target of its own.

import { assertStreamsPossible } from '../measure/open-files.ts';
import type { Population } from '../population/population.ts';
import type { Progress } from '../report/progress.ts';
import type { Play } from '../scenario/scenario.ts';
import { Stage, type Outcome, type StageSettings } from '../scenario/stage.ts';
import type { Target, TargetSource } from '../target/target.ts';

export interface TargetFacts {
  readonly name: string;
  readonly version: string;
  readonly mechanism: string;
}

export interface Run {
  readonly target: TargetFacts;
  readonly outcome: Outcome;
}

export interface RunPlan {
  readonly play: Play;
  readonly source: TargetSource;
  readonly settings: StageSettings;
  readonly progress: Progress;
  /** Ends the run early; the target is stopped all the same. */
  readonly signal: AbortSignal;
  /** Before the play begins, on a target that was not made for it. */
  readonly prepare?: (target: Target, population: Population) => Promise<void>;
}

/** Rejects with the signal's reason when it is raised. */
export async function runOnce(plan: RunPlan): Promise<Run> {
  const { play, source, settings, progress, signal } = plan;
  signal.throwIfAborted();
  assertStreamsPossible(play.streams ?? play.population.size);
  const bar = progress.begin(`${source.name} starts with ${play.population.size} accounts`);
  const target = await source.open(play.population).finally(() => bar.done());
  const stage = new Stage(target, settings, progress);
  try {
    await unlessAborted(signal, async () => {
      await plan.prepare?.(target, play.population);
      await play.act(stage);
    });
    const { name, version, mechanism } = target;
    return { target: { name, version, mechanism }, outcome: stage.outcome() };
  } finally {
    stage.crowd.disperse();
    await target.stop();
  }
}

async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const stopWaiting = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      signal: stopWaiting.signal,
    });
  });
  try {
    await Promise.race([work(), aborted]);
  } finally {
    stopWaiting.abort();
  }
}
