// Clients that others have written, as their users run them: the library @xmpp/client, slixmpp, and profanity in a
// terminal. Those that are not installed are reported as skipped.

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer, password } from '../server/test-server.ts';
import { Terminal } from './terminal.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The one of Debian's python3-slixmpp, whatever other Python there is. */
const python = '/usr/bin/python3';
const works = (command: string, ...args: readonly string[]) =>
  spawnSync(command, args).status === 0;
const hasSlixmpp = works(python, '-c', 'import slixmpp');
const hasProfanity = works('profanity', '--version') && works('tmux', '-V');

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(['alice', 'bob', 'carol', 'dave', 'erin', 'frank']);
  await server.start();
});
afterAll(() => server.remove());

test('@xmpp/client: two of them watch each other, over STARTTLS', async () => {
  const example = here('../../examples/two-clients.mjs');
  const { stdout } = await run(
    process.execPath,
    [example, password, `${server.host}:${server.port}`],
    {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: join(server.data, 'self-signed-certificate.pem'),
      },
    },
  );
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => line.startsWith('bob    sees'))).toEqual([
    'bob    sees alice@localhost/example: available',
    'bob    sees alice@localhost/example: away',
    'bob    sees alice@localhost/example: available',
    'bob    sees alice@localhost/example: unavailable',
  ]);
  expect(lines).toContain('alice  sees bob@localhost/example: available');
});

test.skipIf(!hasSlixmpp)('slixmpp: two of them watch each other', async () => {
  const { stdout } = await run(python, [
    here('./two_clients.py'),
    `${server.host}:${server.port}`,
    'carol@localhost',
    'dave@localhost',
    password,
  ]);
  expect(stdout.trim().split('\n')).toEqual([
    'dave sees carol: available',
    'dave sees carol: away at lunch',
    'dave sees carol: unavailable',
  ]);
});

test.skipIf(!hasProfanity)(
  'profanity: a person at a terminal subscribes to another, and sees presence change',
  async () => {
    const erin = await profanity('erin');
    const frank = await profanity('frank');
    await erin.enter('/sub request frank@localhost');
    await frank.shows('Received authorization request from erin@localhost');
    await frank.enter('/sub allow erin@localhost');
    await erin.shows('Subscription received from frank@localhost');
    await frank.enter('/status set away "at lunch"');
    await erin.shows(/frank@localhost .*is away, "at lunch"/);
    await frank.enter('/quit');
    await erin.shows(/frank@localhost .*is offline/);
  },
);

const terminals: Terminal[] = [];
afterAll(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()));
});

async function profanity(name: string): Promise<Terminal> {
  const terminal = await Terminal.open('profanity');
  terminals.push(terminal);
  await terminal.shows("Type '/help' to show complete help.");
  // As it does out of the box where a chat window is not open: tell presence in the console.
  await terminal.enter('/presence console all');
  const { host, port } = server;
  await terminal.enter(`/connect ${name}@localhost server ${host} port ${port} tls trust`);
  await terminal.shows('Enter password:');
  await terminal.enter(password);
  await terminal.shows(`${name}@localhost/profanity`);
  return terminal;
}
