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

const servers: TestServer[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await serverWith({});
});
afterAll(async () => {
  await Promise.all(servers.map((each) => each.remove()));
});

async function serverWith(env: Readonly<Record<string, string>>): Promise<TestServer> {
  const made = await TestServer.prepare();
  servers.push(made);
  await made.addAccounts(['alice', 'bob', 'carol', 'dave', 'erin', 'frank']);
  return made.start({ env });
}

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

// COMPAT(slixmpp, 1.8.3): it takes `tls-unique` for its channel binding, which TLS 1.3 does not have (RFC 9266 §1), and
// then says of SCRAM without it that the server has none, which must be refused (RFC 5802 §6). PLAIN is left, within TLS.
test.skipIf(!hasSlixmpp).each([
  ['out of the box', 'PLAIN', undefined],
  [
    'where no channel binding is offered',
    'SCRAM-SHA-256',
    { ROLLCALL_AUTHENTICATION_MECHANISMS: 'SCRAM-SHA-256, SCRAM-SHA-1' },
  ],
  [
    'over TLS 1.2, which has the binding that it takes',
    'SCRAM-SHA-256-PLUS',
    { NODE_OPTIONS: '--tls-max-v1.2' },
  ],
])('slixmpp %s: two of them watch each other', async (_case, mechanism, env) => {
  const slixmppServer = env === undefined ? server : await serverWith(env);
  const { stdout } = await run(python, [
    here('./two_clients.py'),
    `${slixmppServer.host}:${slixmppServer.port}`,
    'carol@localhost',
    'dave@localhost',
    password,
  ]);
  expect(stdout.trim().split('\n')).toEqual([
    `dave uses ${mechanism}`,
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
