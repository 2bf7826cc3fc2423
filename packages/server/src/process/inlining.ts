// How V8 compiles the server (ARCHITECTURE.md, "What it costs, and why").

import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode; V8 takes 920 where nothing is said. */
const inlinedIntoOneFunction = 300;

/**
 * A third of the CPU of a server's first minutes is V8's optimising compiler, on threads of its own, and most of what it
 * compiles it compiles again for each place that it inlines it at. What runs for long may pay up to 5 % for less. A V8
 * that has no such flag says so on stderr, and compiles as it likes.
 */
export function inlineLess(setFlags: (flags: string) => void = setFlagsFromString): void {
  setFlags(`--max-inlined-bytecode-size-cumulative=${inlinedIntoOneFunction}`);
}
