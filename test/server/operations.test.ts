// `rollcall status` and `rollcall audit` on one machine: beside a running server, and without one.

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rollcall } from './command.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.prepare();
});
afterEach(() => server.remove());

function operate(...args: readonly string[]) {
  return rollcall([...args, '--data', server.data]);
}

/** Alice believes that she sees bob, who does not know of it; bob waits for an answer that carol was never asked for. */
async function plant(): Promise<void> {
  await server.addAccounts(['alice', 'bob', 'carol']);
  await server.importLines([
    JSON.stringify({
      jid: 'alice@localhost',
      roster: [{ jid: 'bob@localhost', subscription: 'to' }],
    }),
    JSON.stringify({
      jid: 'bob@localhost',
      roster: [{ jid: 'carol@localhost', subscription: 'none', ask: 'subscribe' }],
    }),
  ]);
}

const found = [
  'alice@localhost is subscribed to bob@localhost, who does not know of it.',
  'bob@localhost has asked to see carol@localhost, who does not know of it.',
];

describe('rollcall status', () => {
  test('of a running server counts its sessions and ends with 0', async () => {
    await server.start();
    await server.addAccounts(['alice']);
    const client = await server.login('alice');
    const { code, stdout } = await operate('status');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^All is well\.\nRollcall \S+ runs on .*\n1 sessions; /),
    ]);
    const report = JSON.parse((await operate('status', '--json')).stdout) as unknown;
    expect(report).toMatchObject({ kind: 'server', healthy: true, running: true, sessions: 1 });
    await client.close();
  });

  test('without a server says so, and ends with 1', async () => {
    await server.addAccounts(['alice']);
    const stopped = await operate('status');
    expect([stopped.code, stopped.stdout]).toEqual([
      1,
      `Not all is well:\n  ! No server runs on ${server.data}; start it with rollcall start --data ${server.data}.\n0 handshakes wait.\n`,
    ]);
    const nothing = join(server.directory, 'nothing');
    const missing = await rollcall(['status', '--data', nothing]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      `rollcall: There is no server and no data in ${nothing}; name its directory with --data, or a cluster with --nats.\n`,
    ]);
  });
});

describe('rollcall audit', () => {
  test('beside a running server mends by stanzas that clients see (RFC 6121 §3)', async () => {
    await server.start();
    await plant();
    const alice = await server.login('alice');
    await alice.ask('get', `<query xmlns='jabber:iq:roster'/>`);
    const carol = await server.login('carol');
    carol.send('<presence/>');
    await carol.ping();

    const audited = await operate('audit');
    expect([audited.code, audited.stdout.trim().split('\n').slice(0, 2).sort()]).toEqual([
      1,
      found,
    ]);
    const repaired = await operate('audit', '--repair');
    expect([repaired.code, repaired.stdout]).toEqual([
      0,
      `${found.map((line) => `${line} Mended.\n`).join('')}Compared 2 contacts of 3 users: 2 disagree, 2 mended.\n`,
    ]);
    await alice.expect(`<presence type='unsubscribed' from='bob@localhost'/>`);
    await carol.expect(`<presence type='subscribe' from='bob@localhost'/>`);
    await Promise.all([alice.close(), carol.close()]);
    expect((await operate('audit')).stdout).toMatch(/: all agree\.\n$/);
  });

  test('works on the data of a server that does not run', async () => {
    await plant();
    expect((await operate('audit')).code).toBe(1);
    expect((await operate('audit', '--repair')).code).toBe(0);
    const { code, stdout } = await operate('audit', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        kind: 'done',
        summary: {
          users: 3,
          contacts: 2,
          elsewhere: 0,
          unreadable: 0,
          disagreements: 0,
          mended: 0,
        },
      },
    ]);
  });
});
