// How a command ends when something is wrong: one clear sentence, an exit code, no stack trace.

import { ConfigurationError } from '../configuration/mistakes.ts';

/** Scripts hold on to these. */
export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;

/** The command could not do what it was asked for; the message is for the person who asked. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, options?: ErrorOptions & { readonly exitCode?: number }) {
    super(message, options);
    this.name = 'CommandFailure';
    this.exitCode = options?.exitCode ?? exitCodes.failed;
  }
}

/** The command has done what it was asked for and has printed what it found; scripts go by the exit code. */
export class Verdict extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the command ends with ${exitCode}`);
    this.name = 'Verdict';
    this.exitCode = exitCode;
  }
}

/**
 * What to tell the user of an error, and how to end. Errors with a code are made for people (`StoreError`, those of the
 * operating system); what has none is a bug of ours, and says so.
 */
export function accountOf(error: unknown): {
  readonly lines: readonly string[];
  readonly exitCode: number;
} {
  if (error instanceof ConfigurationError)
    return { lines: error.mistakes, exitCode: exitCodes.misused };
  if (error instanceof Verdict) return { lines: [], exitCode: error.exitCode };
  if (error instanceof CommandFailure) return { lines: [error.message], exitCode: error.exitCode };
  if (error instanceof Error && 'code' in error)
    return { lines: [error.message], exitCode: exitCodes.failed };
  return {
    lines: [
      `This should not have happened: ${error instanceof Error ? error.message : String(error)}`,
      'Run it again with ROLLCALL_LOG_LEVEL=debug for the stack trace, and please report it.',
    ],
    exitCode: exitCodes.failed,
  };
}
