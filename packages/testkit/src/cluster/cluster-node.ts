// One node of a cluster under test: a real process, to be killed, paused and started again.

import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { patienceMs } from '../patience.ts';
import { reservePort } from '../processes/free-port.ts';
import type { ReservedPort } from '../processes/free-port.ts';
import { RunningProcess } from '../processes/running-process.ts';
import type { Exit } from '../processes/running-process.ts';

const loopback = '127.0.0.1';
const rollcallCommand = fileURLToPath(
  new URL('../../../../node_modules/.bin/rollcall', import.meta.url),
);
const betweenLooksMs = 25;

export interface NodePlan {
  readonly name: string;
  readonly role: 'engine' | 'front-end' | 'all';
  readonly natsUrls: readonly string[];
  readonly directory: string;
  /** Further options of `rollcall start`. */
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Components that may connect to the front-ends: secrets by domain. */
  readonly components?: Readonly<Record<string, string>>;
}

export class ClusterNodeProcess {
  readonly name: string;
  readonly role: NodePlan['role'];
  readonly #plan: NodePlan;
  readonly #xmpp: ReservedPort;
  readonly #admin: ReservedPort;
  readonly #component: ReservedPort;
  #running: RunningProcess | undefined;

  private constructor(
    plan: NodePlan,
    xmpp: ReservedPort,
    admin: ReservedPort,
    component: ReservedPort,
  ) {
    this.name = plan.name;
    this.role = plan.role;
    this.#plan = plan;
    this.#xmpp = xmpp;
    this.#admin = admin;
    this.#component = component;
  }

  static async plan(plan: NodePlan): Promise<ClusterNodeProcess> {
    return new ClusterNodeProcess(
      plan,
      await reservePort(),
      await reservePort(),
      await reservePort(),
    );
  }

  /** Where clients connect, if it is a front-end. */
  get port(): number {
    return this.#xmpp.port;
  }

  /** Where components connect, if it is a front-end that has some. */
  get componentPort(): number {
    return this.#component.port;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get output(): string {
    return this.#running?.output ?? '';
  }

  get adminUrl(): string {
    return `http://${loopback}:${this.#admin.port}`;
  }

  /** Resolves when it says that it is ready. The variables are for this life of the node alone. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.launch(environment);
    await this.untilReady();
  }

  /** Resolves when the process runs, whatever becomes of it. */
  async launch(ofThisLife: Readonly<Record<string, string>> = {}): Promise<void> {
    const { name, role, natsUrls, directory, options = [] } = this.#plan;
    const { environment = {}, components } = this.#plan;
    const args = [
      ...['start', '--role', role, '--node-name', name, '--nats', natsUrls.join(',')],
      ...['--data', directory, '--listen-admin', `${loopback}:${this.#admin.port}`],
      ...['--listen-websocket', 'off'],
      ...(role !== 'engine'
        ? ['--listen-xmpp', `${loopback}:${this.#xmpp.port}`, '--cleartext-auth']
        : []),
      ...(role !== 'engine' && components !== undefined
        ? ['--listen-component', `${loopback}:${this.#component.port}`]
        : []),
      ...options,
    ];
    const known =
      components === undefined ? {} : { ROLLCALL_COMPONENTS: JSON.stringify(components) };
    this.#running = await RunningProcess.start(rollcallCommand, args, {
      env: { ...environment, ...known, ...ofThisLife },
    });
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const ready = await fetch(`${this.adminUrl}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      if (this.#process.exit !== undefined || performance.now() > deadline)
        throw new Error(`node ${this.name} does not become ready:\n${this.output}`);
      await delay(betweenLooksMs);
    }
  }

  /** As a power cut would. */
  kill(): Promise<Exit> {
    return this.#process.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** In good order. */
  stop(): Promise<Exit> {
    return this.#process.stop();
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  async vacate(): Promise<void> {
    if (this.#running?.exit === undefined) {
      // A paused process does not hear the signal to stop.
      this.#running?.signal('SIGCONT');
      await this.#running?.stop();
    }
    const ports = [this.#xmpp, this.#admin, this.#component];
    await Promise.all(ports.map((port) => port.release()));
  }

  get #process(): RunningProcess {
    if (this.#running === undefined) throw new Error(`node ${this.name} was not started`);
    return this.#running;
  }
}

/** Runs another word of the command to its end, against the cluster; throws unless it exits with 0. */
export async function rollcallCommandOutput(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const running = await RunningProcess.start(rollcallCommand, args, { env });
  const { code } = await running.exited;
  if (code !== 0)
    throw new Error(`rollcall ${args.join(' ')} ended with ${code}:\n${running.output}`);
  return running.output;
}
