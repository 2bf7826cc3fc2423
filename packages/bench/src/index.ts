export { runBench } from './cli/bench-command.ts';
export type { BenchIo } from './cli/io.ts';
