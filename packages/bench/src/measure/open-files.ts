// How many streams this process may hold, before a run finds out in the middle.

import { read } from './process-usage.ts';
import { BenchFailure } from '../failure/bench-failure.ts';

/** Of the runtime, and of pipes to the servers that are started. */
const filesBesideStreams = 100;

/** Node has raised the soft limit to the hard one when it started. Unlimited where nothing is known. */
export function openFilesLimit(limits = read('/proc/self/limits') ?? ''): number {
  const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? Infinity : Number(soft);
}

export function assertStreamsPossible(streams: number, limit = openFilesLimit()): void {
  const needed = streams + filesBesideStreams;
  if (needed <= limit) return;
  throw new BenchFailure(
    `${streams} streams at once need ${needed} open files, and this process may open ${limit}: ` +
      `ulimit -Hn ${needed} as root raises that, or a smaller size does without.`,
  );
}
