export { runBench } from './cli/bench-command.ts';
export { runPlan } from './cli/plan-command.ts';
export type { BenchIo } from './cli/io.ts';
