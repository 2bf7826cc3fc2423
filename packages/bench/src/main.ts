// The `rollcall-bench` command: `rollcall bench` without the server around it.

import { runBench } from './cli/bench-command.ts';

process.exitCode = await runBench(process.argv.slice(2));
