/** The command line of the simulator. */
import { parseArgs } from 'node:util';
import { simulate } from './simulation.ts';

/** A crash, a lie and a standstill are told apart by the exit code. */
export const exitCodes = { passed: 0, usage: 2, crash: 3, lie: 4, standstill: 5 } as const;

export async function runCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '60' },
      trace: { type: 'boolean', default: false },
    },
  });
  const first = Number(values.seed);
  let code: number = exitCodes.passed;
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    const startMs = performance.now();
    const lines: string[] = [];
    const trace = (line: string) => {
      lines.push(line);
      if (values.trace) process.stdout.write(`${line}\n`);
    };
    const outcome = await simulate({ seed, minutes: Number(values.minutes), trace });
    const ms = Math.round(performance.now() - startMs);
    const { breach } = outcome;
    process.stdout.write(
      `seed ${seed}: ${breach ? `BROKEN ${breach.kind} ${breach.promise}: ${breach.what}` : 'passed'} ` +
        `(${outcome.steps} steps, ${Math.round(outcome.passedMs / 1000)} s virtual, ${outcome.observations} observations, ${ms} ms)\n`,
    );
    if (breach) code = exitCodes[breach.kind];
  }
  return code;
}
