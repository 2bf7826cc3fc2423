// Servers that the benchmark starts, and that do not outlive it.

import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchFailure } from '../failure/bench-failure.ts';

export const loopback = '127.0.0.1';

export interface ProcessPlan {
  readonly command: string;
  readonly args: readonly string[];
  /** What messages call it; by default the command. */
  readonly label?: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to do when there is no such command, a sentence. */
  readonly howToInstall: string;
}

/** As many open files as the machine allows; killed when this process dies, however it dies. */
const wrapper =
  'ulimit -n "$(ulimit -Hn)"; ' +
  'command -v setpriv >/dev/null && exec setpriv --pdeathsig KILL "$@"; exec "$@"';

const maxOutputChars = 20_000;

export class ServerProcess {
  readonly pid: number;
  readonly #name: string;
  readonly #exited: Promise<number>;
  #output = '';
  #exitCode: number | undefined;

  private constructor(name: string, child: ChildProcess, pid: number) {
    this.#name = name;
    this.pid = pid;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-maxOutputChars);
      });
    this.#exited = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#exitCode = code ?? -1;
        resolve(this.#exitCode);
      });
    });
  }

  static async start(plan: ProcessPlan): Promise<ServerProcess> {
    const child = spawn('sh', ['-c', wrapper, 'sh', plan.command, ...plan.args], {
      cwd: plan.cwd,
      env: { ...process.env, ...plan.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C of the terminal is for the benchmark, which then ends its servers in order.
      detached: true,
    });
    await new Promise<void>((resolve, reject) =>
      child.once('spawn', resolve).once('error', reject),
    );
    if (child.pid === undefined) throw new Error(`${plan.command} was spawned without a pid`);
    return new ServerProcess(plan.label ?? plan.command, child, child.pid);
  }

  /** Runs a command to its end and resolves with its output; rejects with it when the command fails. */
  static async run(plan: ProcessPlan): Promise<string> {
    const running = await ServerProcess.start(plan);
    const code = await running.#exited;
    if (code === commandNotFound) throw new BenchFailure(plan.howToInstall);
    if (code !== 0) throw new BenchFailure(`${running.#name} failed:\n${running.#output.trim()}`);
    return running.#output;
  }

  get isRunning(): boolean {
    return this.#exitCode === undefined;
  }

  /** Resolves when it accepts connections. */
  async listens(port: number, howToInstall: string): Promise<void> {
    const deadline = performance.now() + startTimeoutMs;
    while (!(await accepts(port))) {
      if (this.#exitCode === commandNotFound) throw new BenchFailure(howToInstall);
      if (!this.isRunning)
        throw new BenchFailure(`${this.#name} ended while starting:\n${this.#output.trim()}`);
      if (performance.now() > deadline) {
        await this.kill();
        throw new BenchFailure(`${this.#name} does not listen on port ${port}:\n${this.#output}`);
      }
      await delay(20);
    }
  }

  /** Asks it to end, and kills it when it has not within the grace. */
  async stop(graceMs = 10_000): Promise<void> {
    this.signal('SIGTERM');
    const impatience = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.#exited;
    clearTimeout(impatience);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }

  /** To it and to all that it started. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const startTimeoutMs = 60_000;
const commandNotFound = 127;

/** One that is free now; nothing keeps it free. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port: 0, host: loopback }, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP port was expected');
  return address.port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
