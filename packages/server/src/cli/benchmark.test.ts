import { describe, expect, it } from 'vitest';
import { benchmarkCall, runBenchmark } from './benchmark.ts';

describe('the words of the benchmark', () => {
  it.each([
    [['bench'], { word: 'bench', args: [] }],
    [['bench', 'login', '--runs', '3'], { word: 'bench', args: ['login', '--runs', '3'] }],
    [['help', 'bench', 'login'], { word: 'bench', args: ['login', '--help'] }],
    [['help', 'plan'], { word: 'plan', args: ['--help'] }],
    [['help'], undefined],
    [['user', 'bench'], undefined],
    [[], undefined],
  ])('are found in %j', (args, call) => {
    expect(benchmarkCall(args)).toEqual(call);
  });

  it('end with what the benchmark ends with', async () => {
    const load = () =>
      Promise.resolve({ runBench: () => Promise.resolve(1), runPlan: () => Promise.resolve(2) });
    expect(await runBenchmark({ word: 'bench', args: [] }, load)).toBe(1);
    expect(await runBenchmark({ word: 'plan', args: [] }, load)).toBe(2);
  });

  it('say how to install it where it is not', async () => {
    const call = { word: 'bench', args: [] } as const;
    const other = Object.assign(new Error("Cannot find package 'zod' imported from x"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    const missing = Object.assign(
      new Error("Cannot find package '@rollcall/bench' imported from x"),
      {
        code: 'ERR_MODULE_NOT_FOUND',
      },
    );
    await expect(runBenchmark(call, () => Promise.reject(missing))).rejects.toThrow(
      /not installed here: npm install @rollcall\/bench/,
    );
    // What else is missing is not the user's to install.
    await expect(runBenchmark(call, () => Promise.reject(other))).rejects.toBe(other);
  });
});
