// The words of the command line. What a word does is loaded when the word is used, so that `rollcall --version` is
// quick, and `rollcall start` does not wait for what only `import` needs.

import { Command, CommanderError } from 'commander';
import { packageVersion } from '../version.ts';
import { benchmarkCall, benchmarkWords, runBenchmark } from './benchmark.ts';
import { accountOf, exitCodes } from './exit.ts';

interface Word {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: (command: Command) => void }>;
}

const words: readonly Word[] = [
  {
    name: 'start',
    summary: 'run the presence server',
    load: () => import('./start-command.ts'),
  },
  {
    name: 'user',
    summary: 'add, remove or list accounts',
    load: () => import('./user-command.ts'),
  },
  {
    name: 'import',
    summary: 'take in accounts and rosters, one JSON object a line',
    load: () => import('./import-command.ts'),
  },
  {
    name: 'export',
    summary: 'print all accounts and rosters in the format of import',
    load: () => import('./export-command.ts'),
  },
  {
    name: 'status',
    summary: 'say whether all is well: nodes, shards, sessions, what waits',
    load: () => import('./status-command.ts'),
  },
  {
    name: 'audit',
    summary: 'compare both halves of every subscription, and mend what does not agree',
    load: () => import('./audit-command.ts'),
  },
  {
    name: 'drain',
    summary: 'relieve a node of a cluster of its shards, or of new sessions',
    load: () => import('./drain-command.ts'),
  },
];

/** Runs one command to its end; resolves with the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    const benchmark = benchmarkCall(args);
    if (benchmark !== undefined) return await runBenchmark(benchmark);
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has told the user already.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.misused;
    return complain(error);
  }
}

async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('rollcall')
    .description('Rollcall is a presence server for XMPP.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .showHelpAfterError('(rollcall --help lists all commands.)');
  for (const { name, summary, load } of words) {
    const command = program.command(name).description(summary);
    // "start …", "help start"
    if (args.slice(0, 2).includes(name)) (await load()).define(command);
  }
  for (const { name, summary } of benchmarkWords)
    program.command(name).usage('…').description(summary);
  return program;
}

function complain(error: unknown): number {
  const { lines, exitCode } = accountOf(error);
  for (const line of lines) process.stderr.write(`rollcall: ${line}\n`);
  if (process.env['ROLLCALL_LOG_LEVEL'] === 'debug' && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}
