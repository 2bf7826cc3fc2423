// HAProxy as infra/ configures it, in front of the front-ends of a cluster under test: only addresses are exchanged.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RunningProcess, patienceMs, reservePort } from '@rollcall/testkit';
import type { ClusterNodeProcess, ReservedPort } from '@rollcall/testkit';

const loopback = '127.0.0.1';
export const configurationFile = fileURLToPath(
  new URL('../../infra/haproxy/haproxy.cfg', import.meta.url),
);

/** What HAProxy knows of a front-end: NOLB means that nobody new is sent there. */
export type ServerState = 'UP' | 'DOWN' | 'NOLB';

export class HaproxyUnderTest {
  readonly port: number;
  readonly #process: RunningProcess;
  readonly #ports: readonly ReservedPort[];
  readonly #statusUrl: string;
  readonly #directory: string;

  private constructor(
    process: RunningProcess,
    [clients, status]: readonly [ReservedPort, ReservedPort],
    directory: string,
  ) {
    this.port = clients.port;
    this.#process = process;
    this.#ports = [clients, status];
    this.#statusUrl = `http://${loopback}:${status.port}/;csv`;
    this.#directory = directory;
  }

  /** Resolves when it has found all front-ends ready. */
  static async start(
    program: string,
    frontEnds: readonly ClusterNodeProcess[],
  ): Promise<HaproxyUnderTest> {
    const ports = [await reservePort(), await reservePort()] as const;
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-haproxy-'));
    const file = join(directory, 'haproxy.cfg');
    const [clients, status] = ports;
    const text = await readFile(configurationFile, 'utf8');
    await writeFile(file, onLoopback(text, { 5222: clients.port, 8404: status.port }, frontEnds));
    const running = await RunningProcess.start(program, ['-db', '-f', file]);
    const haproxy = new HaproxyUnderTest(running, ports, directory);
    try {
      for (const { name } of frontEnds) await haproxy.untilServerIs(name, 'UP');
      return haproxy;
    } catch (error) {
      await haproxy.stop();
      throw error;
    }
  }

  async untilServerIs(name: string, wanted: ServerState): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while ((await this.#cell(name, 'status')) !== wanted) {
      if (this.#process.exit !== undefined || performance.now() > deadline)
        throw new Error(`HAProxy does not find ${name} ${wanted}:\n${this.#process.output}`);
      await delay(25);
    }
  }

  /** How many streams it has there. */
  async streamsAt(name: string): Promise<number> {
    return Number(await this.#cell(name, 'scur'));
  }

  async stop(): Promise<void> {
    await this.#process.kill();
    await Promise.all(this.#ports.map((port) => port.release()));
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** §9.1 of its management guide: a table with a line for each server, by name in the second column. */
  async #cell(server: string, column: 'status' | 'scur'): Promise<string | undefined> {
    const table = await fetch(this.#statusUrl).then(
      (answer) => answer.text(),
      () => '',
    );
    const [head = [], ...rows] = table.split('\n').map((line) => line.split(','));
    return rows.find((cells) => cells[1] === server)?.[head.indexOf(column)];
  }
}

/** Throws when the file listens elsewhere than expected, or does not name just these front-ends. */
function onLoopback(
  configuration: string,
  ports: Readonly<Record<string, number>>,
  frontEnds: readonly ClusterNodeProcess[],
): string {
  const found = new Set<string>();
  const known = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`haproxy.cfg names ${name}, which is not there`);
    found.add(name);
    return value;
  };
  const result = configuration
    .replace(/^( *bind) :(\d+)$/gm, (_, bind: string, port: string) => {
      return `${bind} ${loopback}:${known(port, ports[port])}`;
    })
    .replace(/^( *server) (\S+) \2:5222$/gm, (_, server: string, name: string) => {
      const node = known(
        name,
        frontEnds.find((frontEnd) => frontEnd.name === name),
      );
      const admin = new URL(node.adminUrl).port;
      return `${server} ${name} ${loopback}:${node.port} port ${admin}`;
    });
  const missing = [...Object.keys(ports), ...frontEnds.map(({ name }) => name)].filter(
    (name) => !found.has(name),
  );
  if (missing.length > 0) throw new Error(`haproxy.cfg does not name ${missing.join(', ')}`);
  return result;
}
