/** The command line of the simulator: `npm run sim -- …`, see README.md. */
import { parseArgs } from 'node:util';
import { runInJobs } from './jobs.ts';
import { planOf } from './plan.ts';
import { faultsIn, reportOf } from './report.ts';
import { shrink } from './shrink.ts';
import { simulate, type Outcome } from './simulation.ts';

/** A crash, a lie and a standstill are told apart by the exit code. */
export const exitCodes = { passed: 0, usage: 2, crash: 3, lie: 4, standstill: 5 } as const;

const usage = `npm run sim -- [--seed N] [--minutes M] [--trace]      one run
npm run sim -- --soak [--seed N] [--seeds K] [--jobs J]  run after run, until told to stop or K are done
  --seed     of the first run; default 1, of a soak the time of day
  --seeds    how many runs
  --minutes  of virtual time in each; default 60
  --jobs     processes at once; default 1
  --trace    everything that happens, line by line
  --whole    a broken run is shown as it was, without what it does not need left out
Ends with 0 if all promises were kept, 3 for a crash, 4 for a lie, 5 for a standstill.
`;

/** Of what led to a breach; `--trace` shows all. */
const linesShown = 80;

interface Wanted {
  readonly first: number;
  readonly count: number;
  /** From one seed to the next. */
  readonly stride: number;
  readonly minutes: number;
  readonly trace: boolean;
  readonly whole: boolean;
}

export async function runCommand(args: string[]): Promise<number> {
  const wanted = wantedIn(args);
  if (wanted === undefined) {
    process.stderr.write(usage);
    return exitCodes.usage;
  }
  if (wanted.jobs > 1) return runInJobs(args, wanted);
  let code: number = exitCodes.passed;
  for (let done = 0; done < wanted.count; done++) {
    const seed = wanted.first + done * wanted.stride;
    const outcome = await runOne(seed, wanted);
    if (outcome.breach !== undefined) code = exitCodes[outcome.breach.kind];
    if (outcome.breach !== undefined && !wanted.goesOn) break;
  }
  return code;
}

function wantedIn(args: string[]): (Wanted & { jobs: number; goesOn: boolean }) | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string' },
        minutes: { type: 'string', default: '60' },
        jobs: { type: 'string', default: '1' },
        stride: { type: 'string', default: '1' },
        soak: { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
        whole: { type: 'boolean', default: false },
      },
    });
    const { soak, trace, whole } = values;
    const standardSeed = soak ? Math.floor(Date.now() / 1_000) : 1;
    const wanted = {
      first: Number(values.seed ?? standardSeed),
      count: Number(values.seeds ?? (soak ? Infinity : 1)),
      stride: Number(values.stride),
      minutes: Number(values.minutes),
      jobs: Number(values.jobs),
      goesOn: soak,
      trace,
      whole,
    };
    const numbers = [wanted.first, wanted.count, wanted.stride, wanted.minutes, wanted.jobs];
    return numbers.every((number) => number >= 0) ? wanted : undefined;
  } catch {
    return undefined;
  }
}

async function runOne(seed: number, { minutes, trace, whole }: Wanted): Promise<Outcome> {
  const startMs = performance.now();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const outcome = await simulate({ seed, minutes, ...(trace ? { trace: print } : {}) });
  print(reportOf(seed, outcome));
  process.stderr.write(`  ${Math.round(performance.now() - startMs)} ms\n`);
  if (outcome.breach === undefined || trace) return outcome;
  const steps = planOf(seed, minutes).slice(0, outcome.steps);
  const shrunk = whole
    ? { steps, runs: 0 }
    : await shrink({ seed, minutes, steps }, outcome.breach, 80);
  print(
    `  needs ${shrunk.steps.length} of ${steps.length} steps; faults: ${faultsIn(shrunk.steps)}`,
  );
  const lines: string[] = [];
  await simulate({ seed, minutes, steps: shrunk.steps, trace: (line) => lines.push(line) });
  for (const line of lines.slice(-linesShown)) print(line);
  return outcome;
}
