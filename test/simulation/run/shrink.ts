/** Leaves out of a run whatever its breach does not need: the fewer steps, the sooner one sees why. */
import type { Breach } from '../promises/observation.ts';
import type { Step } from './plan.ts';
import { simulate, type RunOptions } from './simulation.ts';

export interface Shrunk {
  readonly steps: readonly Step[];
  readonly runs: number;
}

/** By halves, quarters and so on, for as many runs as it may take. */
export async function shrink(
  options: RunOptions & { readonly steps: readonly Step[] },
  breach: Breach,
  mostRuns: number,
): Promise<Shrunk> {
  let { steps } = options;
  let runs = 0;
  const stillBreaks = async (fewer: readonly Step[]): Promise<boolean> => {
    runs += 1;
    const outcome = await simulate({ ...options, steps: fewer });
    return outcome.breach?.promise === breach.promise && outcome.breach.kind === breach.kind;
  };
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < steps.length && runs < mostRuns;) {
      const fewer = without(steps, start, size);
      if (await stillBreaks(fewer)) steps = fewer;
      else start += size;
    }
  }
  return { steps, runs };
}

/** What is left keeps its time: the pauses of what goes are added to what follows. */
function without(steps: readonly Step[], start: number, count: number): readonly Step[] {
  const gone = steps.slice(start, start + count);
  const passedMs = gone.reduce((sum, { afterMs }) => sum + afterMs, 0);
  const [next, ...rest] = steps.slice(start + count);
  const kept = steps.slice(0, start);
  return next ? [...kept, { ...next, afterMs: next.afterMs + passedMs }, ...rest] : kept;
}
