// A Rollcall server on a data directory of its own, that can be killed and started again.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  reservePort,
  RunningProcess,
  scramVerifiers,
  XmppClient,
  XmppConnection,
  type Exit,
  type LoginOptions,
  type ReservedPort,
} from '@rollcall/testkit';
import { rollcallCommand, rollcallDone } from './command.ts';

export const password = 'secret';

export interface TestServerOptions {
  /** Further words of `rollcall start`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class TestServer {
  readonly directory: string;
  readonly data: string;
  readonly host = '127.0.0.1';
  readonly domain = 'localhost';
  readonly #ports: readonly [ReservedPort, ReservedPort];
  #process: RunningProcess | undefined;

  private constructor(
    directory: string,
    data: string,
    ports: readonly [ReservedPort, ReservedPort],
  ) {
    this.directory = directory;
    this.data = data;
    this.#ports = ports;
  }

  /** Nothing runs yet; commands may be given to `data` before `start`. */
  static async prepare({ below = '.' } = {}): Promise<TestServer> {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-test-server-'));
    const data = join(directory, below, 'data');
    return new TestServer(directory, data, [await reservePort(), await reservePort()]);
  }

  get port(): number {
    return this.#ports[0].port;
  }

  get adminUrl(): string {
    return `http://${this.host}:${this.#ports[1].port}`;
  }

  get process(): RunningProcess {
    if (this.#process === undefined) throw new Error('the server was not started');
    return this.#process;
  }

  /** Resolves when it says that it serves. */
  async start({ args = [], env = {} }: TestServerOptions = {}): Promise<this> {
    const [xmpp, admin] = this.#ports;
    const words = [
      ...['start', '--data', this.data],
      ...['--listen-xmpp', `${this.host}:${xmpp.port}`],
      ...['--listen-admin', `${this.host}:${admin.port}`],
      ...['--listen-websocket', 'off'],
      ...args,
    ];
    this.#process = await RunningProcess.start(rollcallCommand, words, { env });
    await this.#process.waitForLine(/Rollcall serves /);
    return this;
  }

  /** Accounts with `password`; hashed once for all. */
  async addAccounts(names: readonly string[]): Promise<void> {
    const scram = scramVerifiers(password);
    await this.importLines(
      names.map((name) => JSON.stringify({ jid: `${name}@${this.domain}`, scram })),
    );
  }

  /** Each two of these see each other. */
  async befriend(pairs: readonly (readonly [string, string])[]): Promise<void> {
    const contacts = new Map<string, string[]>();
    const both = [...pairs, ...pairs.map(([one, other]) => [other, one] as const)];
    for (const [name, contact] of both)
      contacts.set(name, [...(contacts.get(name) ?? []), contact]);
    const jidOf = (name: string) => `${name}@${this.domain}`;
    const lines = Array.from(contacts, ([name, own]) => {
      const roster = own.map((contact) => ({ jid: jidOf(contact), subscription: 'both' }));
      return JSON.stringify({ jid: jidOf(name), roster });
    });
    await this.importLines(lines);
  }

  async importLines(lines: readonly string[]): Promise<void> {
    const file = join(this.directory, 'users.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    await rollcallDone(['import', file, '--data', this.data]);
  }

  connect(): Promise<XmppConnection> {
    return XmppConnection.connect({ host: this.host, port: this.port });
  }

  login(name: string, options: Partial<LoginOptions> = {}): Promise<XmppClient> {
    return XmppClient.login({
      host: this.host,
      port: this.port,
      domain: this.domain,
      name,
      password,
      ...options,
    });
  }

  kill(): Promise<Exit> {
    return this.process.kill();
  }

  /** Ends what runs and removes the directory. */
  async remove(): Promise<void> {
    await this.#process?.stop();
    await rm(this.directory, { recursive: true, force: true });
    await Promise.all(this.#ports.map((port) => port.release()));
  }
}
