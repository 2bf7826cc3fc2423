// What the commands have in common: commander's manners, and how an error ends.

import { Command, CommanderError } from 'commander';
import { BenchFailure } from '../failure/bench-failure.ts';
import { exitCodes, Interruption, type BenchIo } from './io.ts';

export function newCommand(name: string, io: BenchIo): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out.write(text),
      writeErr: (text) => void io.err.write(text),
    })
    .showHelpAfterError(`(${name} --help lists all options.)`);
}

/** Resolves with the exit code that `command` sets; never rejects for what has a sentence for people. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  io: BenchIo,
): Promise<number> {
  try {
    await command.parseAsync(argv, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    return complain(error, io);
  }
}

/** What was measured is not what should have been; the report has said so. */
export class Unsound extends Error {}

function complain(error: unknown, io: BenchIo): number {
  // Commander has told the user already.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.misused;
  if (error instanceof Unsound) return exitCodes.failed;
  if (error instanceof Interruption) {
    io.err.write('\nInterrupted; nothing was kept.\n');
    return exitCodes.interrupted;
  }
  const isExpected = error instanceof BenchFailure;
  const told = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
  io.err.write(`\n${told ?? ''}\n`);
  return exitCodes.failed;
}
