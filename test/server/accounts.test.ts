// `user`, `import` and `export`: the same beside a running server and without one.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { durationOf } from '../cluster/numbers.ts';
import { rollcall, rollcallDone } from './command.ts';
import { password, TestServer } from './test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.prepare();
});
afterEach(() => server.remove());

const data = () => ['--data', server.data];
const add = (jid: string) =>
  rollcall(['user', 'add', jid, '--password-stdin', ...data()], { input: `${password}\n` });

async function importFile(lines: readonly unknown[]): Promise<string> {
  const file = join(server.directory, 'import.jsonl');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(file, `${text.join('\n')}\n`);
  return file;
}

const exported = () => rollcallDone(['export', ...data()]);

async function exportedUser(jid: string): Promise<{ roster: unknown } | undefined> {
  const lines = (await exported()).split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as { jid: string; roster: unknown })
    .find((user) => user.jid === jid);
}

describe.each(['beside a running server', 'without a server'])('%s', (where) => {
  beforeEach(async () => {
    if (where === 'beside a running server') await server.start();
  });

  test('accounts are added, listed and removed', async () => {
    expect(await add('bob@localhost')).toMatchObject({ code: 0, stdout: 'Added bob@localhost.\n' });
    expect(await add('Alice@localhost')).toMatchObject({ code: 0 });
    expect(await rollcallDone(['user', 'list', ...data()])).toBe(
      'alice@localhost\nbob@localhost\n',
    );
    const again = await add('bob@localhost');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
    const remove = ['user', 'remove', 'bob@localhost', ...data()];
    expect(await rollcallDone(remove)).toBe('Removed bob@localhost.\n');
    expect(await rollcallDone(['user', 'list', ...data()])).toBe('alice@localhost\n');
    const unknown = await rollcall(remove);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('no account')]);
  });

  test('an empty password is refused', async () => {
    const { code } = await rollcall(
      ['user', 'add', 'alice@localhost', '--password-stdin', ...data()],
      { input: '\n' },
    );
    expect(code).toBe(1);
    expect(await rollcallDone(['user', 'list', ...data()])).toBe('');
  });

  test('what is imported can be exported, and imported again to the same', async () => {
    const roster = [
      { jid: 'bob@localhost', subscription: 'both', name: 'Bob', groups: ['Friends', 'Work'] },
      { jid: 'carol@localhost', subscription: 'none', ask: 'subscribe' },
      { jid: 'dave@localhost', subscription: 'from' },
      { jid: 'erin@localhost', subscription: 'to', name: '' },
    ];
    const file = await importFile([
      { jid: 'alice@localhost', password, roster },
      { jid: 'bob@localhost', roster: [{ jid: 'alice@localhost', subscription: 'both' }] },
    ]);
    expect(await rollcallDone(['import', file, ...data()])).toBe('Imported 2 accounts.\n');
    const alice = await exportedUser('alice@localhost');
    expect(alice?.roster).toHaveLength(roster.length);
    expect(alice?.roster).toEqual(expect.arrayContaining(roster));
    const first = await exported();
    const other = await importInto('other', first);
    expect(sortedLines(await rollcallDone(['export', '--data', other]))).toEqual(
      sortedLines(first),
    );
  });

  test('a bad line is told by its number and changes nothing of its user', async () => {
    await rollcallDone([
      'import',
      await importFile([{ jid: 'bob@localhost', roster: [{ jid: 'x@localhost' }] }]),
      ...data(),
    ]);
    const file = await importFile([
      { jid: 'alice@localhost' },
      '{"jid":"bob@localhost","roster":[{"jid":"y@localhost"},{"jid":"not a jid@"}]}',
      'rubbish',
      { jid: 'carol@localhost' },
    ]);
    const { code, stdout, stderr } = await rollcall(['import', file, ...data()]);
    expect(code).toBe(1);
    expect(stdout).toBe('Imported 2 accounts.\n');
    expect(stderr).toContain(`${file}, line 2: roster[1].jid: `);
    expect(stderr).toContain(`${file}, line 3: this is not JSON`);
    expect(stderr).toContain('2 bad lines left out');
    const bob = await exportedUser('bob@localhost');
    expect(bob?.roster).toEqual([{ jid: 'x@localhost', subscription: 'none' }]);
  });

  test('a roster of 10,000 contacts is one line like any other', async () => {
    const roster = Array.from({ length: 10_000 }, (_, index) => ({
      jid: `contact${index}@localhost`,
      subscription: 'both',
      name: `Contact ${index}`,
      groups: [`Group ${index % 20}`],
    }));
    await rollcallDone(['import', await importFile([{ jid: 'a@localhost', roster }]), ...data()]);
    const user = await exportedUser('a@localhost');
    expect(user?.roster).toHaveLength(10_000);
    expect(user?.roster).toEqual(expect.arrayContaining(roster.slice(5_000, 5_010)));
  });

  test('lines without a password go by the thousand in a second', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => ({
      jid: `user${index}@localhost`,
      roster: [
        { jid: `user${(index + 1) % 10_000}@localhost`, subscription: 'both' },
        { jid: `user${(index + 9_999) % 10_000}@localhost`, subscription: 'both' },
      ],
    }));
    const importMs = async (some: readonly unknown[]) => {
      const file = await importFile(some);
      return durationOf(() => rollcallDone(['import', file, ...data()]));
    };
    // What a machine takes long for that is busy with other things, it takes long for anyway.
    const oneMs = await importMs(lines.slice(0, 1));
    expect(await importMs(lines)).toBeLessThan(Math.max(lines.length, 10 * oneMs));
    expect((await exported()).split('\n')).toHaveLength(lines.length + 1);
  });
});

async function importInto(name: string, text: string): Promise<string> {
  const directory = join(server.directory, name);
  const file = join(server.directory, `${name}.jsonl`);
  await writeFile(file, text);
  await rollcallDone(['import', file, '--data', directory]);
  return directory;
}

function sortedLines(text: string): readonly string[] {
  return text.split('\n').sort();
}

describe('a running server', () => {
  test('refuses accounts of domains that it does not serve', async () => {
    await server.start();
    const { code, stderr } = await add('alice@example.org');
    expect([code, stderr]).toEqual([1, expect.stringContaining('example.org is not served here')]);
    const file = await importFile([{ jid: 'bob@example.org' }, { jid: 'bob@localhost' }]);
    expect((await rollcall(['import', file, ...data()])).code).toBe(1);
    expect(await rollcallDone(['user', 'list', ...data()])).toBe('bob@localhost\n');
  });

  test('lets those log in who were added to it, and no longer those who were removed', async () => {
    await server.start();
    await add('alice@localhost');
    const alice = await server.login('alice');
    await rollcallDone(['user', 'remove', 'alice@localhost', ...data()]);
    await alice.connection.closed;
    await expect(server.login('alice')).rejects.toThrow('not-authorized');
  });

  test('a removed user is gone from the rosters of others, whom it told (scenario 30)', async () => {
    await server.start();
    await server.importLines([
      JSON.stringify({
        jid: 'bob@localhost',
        password,
        roster: [{ jid: 'alice@localhost', subscription: 'both' }],
      }),
      JSON.stringify({
        jid: 'alice@localhost',
        password,
        roster: [{ jid: 'bob@localhost', subscription: 'both' }],
      }),
    ]);
    const bob = await server.login('bob', { resource: 'b' });
    await bob.ask('get', `<query xmlns='jabber:iq:roster'/>`);
    bob.send('<presence/>');
    const alice = await server.login('alice', { resource: 'a' });
    alice.send('<presence/>');
    await bob.expect(`<presence from='alice@localhost/a'/>`);
    await rollcallDone(['user', 'remove', 'alice@localhost', ...data()]);
    await bob.expect(`<presence type='unavailable' from='alice@localhost/a'/>`);
    await bob.expect(
      `<iq type='set'><query xmlns='jabber:iq:roster'>` +
        `<item jid='alice@localhost' subscription='none'/></query></iq>`,
    );
    await bob.close();
    expect((await exportedUser('bob@localhost'))?.roster).toEqual([
      { jid: 'alice@localhost', subscription: 'none' },
    ]);
    await add('alice@localhost');
    expect((await exportedUser('alice@localhost'))?.roster).toEqual([]);
  });

  test('is the only one on its data', async () => {
    await server.start();
    const { code, stderr } = await rollcall([
      'start',
      ...data(),
      ...['--listen-xmpp', '127.0.0.1:0'],
      ...['--listen-admin', '127.0.0.1:0'],
      ...['--listen-websocket', 'off'],
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Another Rollcall server runs')]);
  });

  test('that was killed leaves nothing in the way of the next', async () => {
    await server.start();
    await add('alice@localhost');
    await server.kill();
    expect(await rollcallDone(['user', 'list', ...data()])).toBe('alice@localhost\n');
    await server.start();
    expect(await rollcallDone(['user', 'list', ...data()])).toBe('alice@localhost\n');
  });

  test('takes orders also where the path of its data is long', async () => {
    const long = await TestServer.prepare({ below: 'd'.repeat(120) });
    try {
      await long.start();
      await long.addAccounts(['alice']);
      expect(await rollcallDone(['user', 'list', '--data', long.data])).toBe('alice@localhost\n');
      const alice = await long.login('alice');
      await alice.close();
    } finally {
      await long.remove();
    }
  });
});

test('a removed user is gone from the rosters of others also without a server', async () => {
  const both = (jid: string) => [{ jid, subscription: 'both' }];
  const file = await importFile([
    { jid: 'alice@localhost', roster: both('bob@localhost') },
    { jid: 'bob@localhost', roster: both('alice@localhost') },
  ]);
  await rollcallDone(['import', file, ...data()]);
  await rollcallDone(['user', 'remove', 'alice@localhost', ...data()]);
  expect((await exportedUser('bob@localhost'))?.roster).toEqual([
    { jid: 'alice@localhost', subscription: 'none' },
  ]);
});

test('an export says nothing of passwords, and verifiers log in where they are imported', async () => {
  await add('alice@localhost');
  const text = await exported();
  expect(text).not.toContain(password);
  const other = await TestServer.prepare();
  try {
    await other.importLines(text.split('\n'));
    await other.start();
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const)
      await (await other.login('alice', { mechanism })).close();
  } finally {
    await other.remove();
  }
  expect(await readFile(join(server.data, 'data.mdb'))).not.toContain(password);
});
