// The `rollcall` command, as `bin/rollcall.js` starts it.

import { runCommandLine } from './cli/command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
