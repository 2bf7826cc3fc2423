// The `rollcall` command as a user or a script runs it: words in, exit code and text out.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const rollcallCommand = fileURLToPath(
  new URL('../../node_modules/.bin/rollcall', import.meta.url),
);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** On standard input, which is no terminal. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export async function rollcall(
  args: readonly string[],
  { input = '', env = {}, cwd }: CommandOptions = {},
): Promise<Ended> {
  const child = spawn(rollcallCommand, args, { cwd, env: { ...process.env, ...env } });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([
    exited,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** Runs it and throws what it said unless it ended well. */
export async function rollcallDone(
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> {
  const { code, stdout, stderr } = await rollcall(args, options);
  if (code !== 0) throw new Error(`rollcall ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout;
}
