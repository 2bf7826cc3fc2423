/** Several processes at once, each with its share of the seeds. */
import { spawn } from 'node:child_process';

export interface Share {
  readonly first: number;
  readonly count: number;
  readonly jobs: number;
}

/** The highest exit code of all. */
export async function runInJobs(args: readonly string[], share: Share): Promise<number> {
  const { first, count, jobs } = share;
  const codes = Array.from({ length: jobs }, (_, job) => {
    const mine = Math.ceil((count - job) / jobs);
    const seeds = Number.isFinite(mine) ? ['--seeds', String(mine)] : [];
    return run([
      ...args,
      ...seeds,
      '--jobs',
      '1',
      '--seed',
      String(first + job),
      '--stride',
      String(jobs),
    ]);
  });
  return Math.max(...(await Promise.all(codes)));
}

function run(args: readonly string[]): Promise<number> {
  const [, main = ''] = process.argv;
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code ?? 3));
  });
}
