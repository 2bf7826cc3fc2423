import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent, ExportedUser, ImportedUser } from '@rollcall/cluster';
import { StoreError, type ScramVerifiers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Administration } from './administration.ts';
import { remoteAdministration, serverStatus } from './control-client.ts';
import { startControlServer, type ControlServer } from './control-server.ts';
import { answers } from './control-socket.ts';

const key = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
const verifiers: ScramVerifiers = {
  sha256: { salt: 'c2FsdA==', iterations: 4096, storedKey: key(32), serverKey: key(32) },
};
const jid = (name: string) => `${name}@localhost` as BareJid;

const serverIsWell = {
  ready: true,
  version: '1.2.3',
  startedAt: '2026-01-01T00:00:00.000Z',
  sessions: 3,
  actorsResident: 2,
  mailboxDepth: 1,
  queueDepth: 0,
};

const disagreement = {
  asker: jid('alice'),
  giver: jid('bob'),
  asking: 'subscribed',
  giving: 'no-account',
} as const;

/** Accounts in memory; imports of `bad…` are refused, and `broken…` fail. */
class FakeAdministration implements Administration {
  readonly users = new Map<BareJid, ImportedUser>();

  createUser(user: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'> {
    if (this.users.has(user)) return Promise.resolve('exists');
    this.users.set(user, { jid: user, credentials, roster: [] });
    return Promise.resolve('created');
  }

  removeUser(user: BareJid): Promise<boolean> {
    if (user.startsWith('broken'))
      return Promise.reject(new StoreError('store_unavailable', 'The disk is full.'));
    return Promise.resolve(this.users.delete(user));
  }

  importUsers(users: readonly ImportedUser[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(
      users.map((user) => {
        if (user.jid.startsWith('bad')) return 'bad';
        this.users.set(user.jid, user);
        return undefined;
      }),
    );
  }

  async *audit({ repair }: { readonly repair: boolean }): AsyncGenerator<AuditEvent> {
    yield await Promise.resolve({ kind: 'progress', done: 0, total: 2 });
    yield { kind: 'disagreement', disagreement, outcome: repair ? 'mended' : 'found' };
  }

  async *listUsers(): AsyncGenerator<BareJid> {
    for (const user of this.users.keys()) yield await Promise.resolve(user);
  }

  async *exportUsers(): AsyncGenerator<ExportedUser> {
    for (const { jid: user, credentials = {}, roster } of this.users.values()) {
      if (user.startsWith('broken')) throw new Error('a bug');
      yield await Promise.resolve({ jid: user, credentials, roster });
    }
  }
}

let directory: string;
let administration: FakeAdministration;
let servers: ControlServer[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollcall-control-'));
  administration = new FakeAdministration();
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(directory, { recursive: true });
});

const socket = () => join(directory, 'control.sock');

async function start(): Promise<Administration> {
  const log = pino({ level: 'silent' });
  const status = () => Promise.resolve(serverIsWell);
  servers.push(await startControlServer({ directory, administration, status, log }));
  return remoteAdministration(socket());
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('over the control socket', () => {
  test('a server tells how it is', async () => {
    await start();
    expect(await serverStatus(socket())).toEqual(serverIsWell);
  });

  test('an audit tells what it finds as it goes, and mends only if it is to', async () => {
    const remote = await start();
    expect(await all(remote.audit({ repair: false }))).toEqual([
      { kind: 'progress', done: 0, total: 2 },
      { kind: 'disagreement', disagreement, outcome: 'found' },
    ]);
    expect(await all(remote.audit({ repair: true }))).toContainEqual({
      kind: 'disagreement',
      disagreement,
      outcome: 'mended',
    });
  });

  test('accounts are made once, listed and removed once', async () => {
    const remote = await start();
    expect(await remote.createUser(jid('alice'), verifiers)).toBe('created');
    expect(await remote.createUser(jid('alice'), verifiers)).toBe('exists');
    expect(administration.users.get(jid('alice'))?.credentials).toEqual(verifiers);
    expect(await all(remote.listUsers())).toEqual([jid('alice')]);
    expect(await all(remote.listUsers('example.org'))).toEqual([]);
    expect(await remote.removeUser(jid('alice'))).toBe(true);
    expect(await remote.removeUser(jid('alice'))).toBe(false);
  });

  test('users go in and come out as they are, and those who are refused are named', async () => {
    const remote = await start();
    const users: readonly ImportedUser[] = [
      {
        jid: jid('a+b%c'),
        credentials: verifiers,
        roster: [{ jid: jid('bob'), state: 'From + Pending Out', name: 'Bob\n', groups: ['G'] }],
      },
      { jid: jid('bad'), roster: [] },
      { jid: jid('carol'), roster: [] },
    ];
    expect(await remote.importUsers(users)).toEqual([undefined, 'bad', undefined]);
    expect([...administration.users.values()]).toEqual([users[0], users[2]]);
    expect(await all(remote.exportUsers())).toEqual([users[0], { ...users[2], credentials: {} }]);
    expect(await remote.removeUser(jid('a+b%c'))).toBe(true);
  });

  test('a failure of the store is told in its own words', async () => {
    const remote = await start();
    await expect(remote.removeUser(jid('broken'))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'The disk is full.',
    });
  });

  test('an answer that breaks off in the middle is a failure, not an end', async () => {
    const remote = await start();
    const many = Array.from({ length: 5_000 }, (_, index) => jid(`user${index}`));
    await remote.importUsers(many.map((user) => ({ jid: user, roster: [] })));
    await remote.importUsers([{ jid: jid('broken'), roster: [] }]);
    await expect(all(remote.exportUsers())).rejects.toMatchObject({ code: 'server_gone' });
  });

  test('a bug of the server is told without its words, which are for the log', async () => {
    const remote = await start();
    await remote.importUsers([{ jid: jid('broken'), roster: [] }]);
    await expect(all(remote.exportUsers())).rejects.toMatchObject({
      code: 'internal',
      message: 'The server failed; its log says why.',
    });
  });

  test('a server that has gone is told as such', async () => {
    await start();
    const remote = remoteAdministration(socket());
    await servers.pop()?.close();
    await expect(remote.removeUser(jid('alice'))).rejects.toMatchObject({ code: 'server_gone' });
  });
});

describe('the control socket', () => {
  test('is for its owner alone, and gone when the server has ended', async () => {
    await start();
    expect(statSync(socket()).mode & 0o777).toBe(0o600);
    await servers.pop()?.close();
    expect(await answers(socket())).toBe(false);
  });

  test('lets one server have the directory', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'directory_in_use' });
    expect(await answers(socket())).toBe(true);
  });

  test('that a dead server has left is in nobody’s way', async () => {
    await leaveDeadSocket();
    const remote = await start();
    expect(await all(remote.listUsers())).toEqual([]);
  });

  test('that a dead server has left goes to one of two that start at once', async () => {
    await leaveDeadSocket();
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await answers(socket())).toBe(true);
  });
});

/** As after kill -9: the file is there, nobody listens. */
async function leaveDeadSocket(): Promise<void> {
  const script =
    `require('node:net').createServer().listen(${JSON.stringify(socket())}, ` +
    `() => process.kill(process.pid, 'SIGKILL'))`;
  expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
  expect(await answers(socket())).toBe(false);
}
