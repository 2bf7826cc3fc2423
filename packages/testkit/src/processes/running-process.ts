// A child process with its output, that cannot outlive the tests.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { patienceMs } from '../patience.ts';

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to tell the reader when there is no such command, one sentence. */
  readonly howToInstall?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Kept for messages and for `waitForLine`; what is older is dropped. */
const maxOutputChars = 1_000_000;

export class RunningProcess {
  readonly command: string;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #watchdog: ChildProcess;
  #output = '';
  #exit: Exit | undefined;
  #outputGrew: (() => void)[] = [];

  private constructor(command: string, child: ChildProcess, pid: number) {
    this.command = command;
    this.#child = child;
    this.#watchdog = startWatchdog(pid);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#keep(chunk));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#keep(chunk));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#exit = { code, signal };
        this.#watchdog.kill('SIGKILL');
        resolve(this.#exit);
        this.#keep('');
      });
    });
  }

  /** Resolves once the process runs; throws `howToInstall` if there is no such command. */
  static async start(
    command: string,
    args: readonly string[],
    options: ProcessOptions = {},
  ): Promise<RunningProcess> {
    // A group of its own, so that what it starts in turn ends with it.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause: NodeJS.ErrnoException) => {
        const missing = cause.code === 'ENOENT' && options.howToInstall !== undefined;
        reject(missing ? new Error(options.howToInstall) : cause);
      });
    });
    if (child.pid === undefined) throw new Error(`${command} was spawned without a pid`);
    return new RunningProcess(command, child, child.pid);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.command} has no pid`);
    return this.#child.pid;
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Both of its outputs, in the order of their arrival. */
  get output(): string {
    return this.#output;
  }

  /** The first match in the output, past or to come. Throws when the process ends or the time is over without one. */
  async waitForLine(pattern: RegExp, timeoutMs = patienceMs): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (this.#exit !== undefined) throw this.#failure(`ended before it wrote ${String(pattern)}`);
      if (deadline.aborted) {
        throw this.#failure(`did not write ${String(pattern)} within ${timeoutMs} ms`);
      }
      await new Promise<void>((resolve) => {
        this.#outputGrew.push(resolve);
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** To the process and all that it started. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === undefined) signalGroup(this.pid, signal);
  }

  /** As a power cut would: resolves when it is gone. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  /** Asks it to end, and kills it when it has not within the grace. */
  async stop(graceMs = patienceMs): Promise<Exit> {
    this.signal('SIGTERM');
    const impatience = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exited;
    clearTimeout(impatience);
    return exit;
  }

  #keep(chunk: string): void {
    this.#output = (this.#output + chunk).slice(-maxOutputChars);
    const waiting = this.#outputGrew;
    this.#outputGrew = [];
    for (const wake of waiting) wake();
  }

  #failure(what: string): Error {
    return new Error(`${this.command} ${what}. Its output:\n${this.#output}`);
  }
}

/**
 * Kills the group when this process is gone, however it went: the watchdog waits for the end of a pipe that only this
 * process holds.
 */
function startWatchdog(group: number): ChildProcess {
  const script = 'read -r line; kill -s KILL -- "-$1"';
  const watchdog = spawn('sh', ['-c', script, 'watchdog', String(group)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  return watchdog;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (cause) {
    // It ended by itself a moment ago.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}
