// `rollcall bench` and `rollcall plan`: words of this command that belong to a package above this one. Servers run
// without it, so it is looked for only when one of its words is said.

import { CommandFailure } from './exit.ts';

/** What `@rollcall/bench` gives; both resolve with the exit code. */
interface Benchmark {
  readonly runBench: (args: readonly string[]) => Promise<number>;
  readonly runPlan: (args: readonly string[]) => Promise<number>;
}

export const benchmarkWords = [
  { name: 'bench', summary: 'measure this server or another: bench broadcast is a start' },
  { name: 'plan', summary: 'say what a deployment of a size takes, from measured costs' },
] as const;

interface BenchmarkCall {
  readonly word: (typeof benchmarkWords)[number]['name'];
  readonly args: readonly string[];
}

/** Of "bench …" and "help bench"; undefined when the command line says something else. */
export function benchmarkCall(args: readonly string[]): BenchmarkCall | undefined {
  const [first, ...others] = args;
  const isHelp = first === 'help';
  const word = benchmarkWords.find(({ name }) => name === (isHelp ? others[0] : first))?.name;
  if (word === undefined) return undefined;
  if (isHelp) return { word, args: [...others.slice(1), '--help'] };
  return { word, args: others };
}

/** `load` imports the package. */
export async function runBenchmark(
  { word, args }: BenchmarkCall,
  load = (): Promise<unknown> => import(packageName),
): Promise<number> {
  const benchmark = await loaded(load);
  return word === 'bench' ? benchmark.runBench(args) : benchmark.runPlan(args);
}

const packageName = '@rollcall/bench';

async function loaded(load: () => Promise<unknown>): Promise<Benchmark> {
  try {
    return (await load()) as Benchmark;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new CommandFailure(
      `bench and plan come with a package of their own, which is not installed here: npm install ${packageName}`,
      { cause: error },
    );
  }
}

/** That package itself, rather than one that it needs. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${packageName}'`)
  );
}
