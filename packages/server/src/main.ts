// The `rollcall` command, as `bin/rollcall.js` starts it.

import { runCommandLine } from './cli/command-line.ts';

/** For what ends by itself. */
const lingerMs = 250;

process.exitCode = await runCommandLine(process.argv.slice(2));
// A connection to a server that never answers must not keep the process.
setTimeout(exitWhenWritten, lingerMs).unref();

function exitWhenWritten(): void {
  const unwritten = process.stdout.writableLength + process.stderr.writableLength;
  if (unwritten === 0) process.exit();
  else setTimeout(exitWhenWritten, lingerMs);
}
