// The command line as people and scripts use it: what it says, and how it ends.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollcall, rollcallDone, type Ended } from './command.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-test-command-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** One sentence of ours on standard error, no stack trace. */
function complaint({ stderr }: Ended): string {
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = stderr.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('rollcall', () => {
  test('prints its version', async () => {
    const { code, stdout } = await rollcall(['--version']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  test('prints help for itself and for each command', async () => {
    for (const words of [[], ['start'], ['user'], ['user', 'add'], ['import'], ['export']])
      expect(await rollcallDone([...words, '--help'])).toContain('Usage: rollcall');
    expect(await rollcallDone(['help', 'start'])).toContain('--listen-xmpp <HOST:PORT>');
    expect(await rollcallDone(['help', 'bench', 'login'])).toContain('Usage: rollcall bench login');
    expect(await rollcallDone(['plan', '--help'])).toContain('--changes-per-hour <NUMBER>');
  });

  test.each([
    [['strat'], 'unknown command'],
    [['start', '--domian', 'x'], 'Did you mean --domain?'],
    [['start', 'now'], 'too many arguments'],
    [['bench'], 'broadcast'],
    [['bench', 'brodcast'], 'Did you mean broadcast?'],
    [['plan', '--online', 'few'], 'whole numbers are wanted'],
    [['user', 'add'], 'missing required argument'],
    [['user', 'add', 'no jid@', '--password-stdin'], 'is no account'],
    [['user', 'add', 'localhost', '--password-stdin'], 'is no account'],
    [['user', 'add', 'alice@localhost'], 'with --password-stdin'],
  ])('%j is a misuse: exit code 2', async (words, reason) => {
    const { code, stderr } = await rollcall(words, { cwd: directory });
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });
});

describe('a configuration', () => {
  test('with mistakes is refused with all of them: exit code 2', async () => {
    const config = join(directory, 'broken.json');
    await writeFile(config, JSON.stringify({ logLevel: 'loud', limits: { sesions: 1 } }));
    const { code, stderr } = await rollcall(
      ['start', '--config', config, '--listen-xmpp', 'nowhere'],
      { env: { ROLLCALL_REGISTRATION: 'perhaps' } },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(`logLevel (${config}): given is "loud", allowed is one of`);
    expect(stderr).toContain('Did you mean limits.sessions?');
    expect(stderr).toContain(
      'listenXmpp (--listen-xmpp): given is "nowhere", allowed is HOST:PORT',
    );
    expect(stderr).toContain('registration (ROLLCALL_REGISTRATION): given is "perhaps"');
  });

  test.each([
    ['not there', undefined, 'there is no such file'],
    ['no JSON', '{"domain": ', 'is not JSON'],
  ])('that is %s is told in one sentence: exit code 2', async (_case, content, reason) => {
    const config = join(directory, 'config.json');
    await rm(config, { force: true });
    if (content !== undefined) await writeFile(config, content);
    const ended = await rollcall(['start', '--config', config]);
    expect(complaint(ended)).toContain(reason);
    expect(ended.code).toBe(2);
  });
});

describe('what cannot be started is told in one sentence: exit code 1', () => {
  const start = (data: string, ...words: readonly string[]) =>
    rollcall(['start', '--data', data, '--listen-admin', '127.0.0.1:0', ...words], {
      env: {
        ROLLCALL_LISTEN_XMPP: '127.0.0.1:0',
        ROLLCALL_LISTEN_WEBSOCKET: 'off',
        ROLLCALL_COMPONENTS: 'bots.localhost=hush',
        ROLLCALL_LOG_LEVEL: 'silent',
      },
    });

  test.each([
    '--listen-xmpp',
    '--listen-admin',
    '--listen-websocket',
    '--listen-direct-tls',
    '--listen-component',
  ])('a port of %s that is in use', async (option) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await start(join(directory, 'data'), option, `127.0.0.1:${port}`);
    other.close();
    expect(complaint(ended)).toContain(`Cannot listen on 127.0.0.1:${port}: the port is in use`);
    expect(ended.code).toBe(1);
  });

  test('a data directory that cannot be written', async () => {
    const ended = await start('/sys/rollcall');
    expect(complaint(ended)).toContain('/sys/rollcall is not writable');
    expect(ended.code).toBe(1);
  });

  test('a data directory that is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const ended = await start(file);
    expect(complaint(ended)).toContain(`${file} is a file`);
    expect(ended.code).toBe(1);
  });

  test('data of a newer version', async () => {
    const data = join(directory, 'newer');
    await mkdir(data);
    const database = open({ path: data, noSubdir: false });
    await database.openDB({ name: 'counters' }).put('format', 99);
    await database.close();
    const ended = await start(data);
    expect(complaint(ended)).toContain('was written by a newer version of Rollcall');
    expect(ended.code).toBe(1);
  });

  test('a database that is none', async () => {
    const data = join(directory, 'foreign');
    await mkdir(data);
    await writeFile(join(data, 'data.mdb'), 'x'.repeat(10_000));
    const ended = await start(data);
    expect(complaint(ended)).toContain('is damaged or was not made by Rollcall');
    expect(ended.code).toBe(1);
  });

  test.each([
    ['that is not there', undefined, 'cannot be read: there is no such file'],
    ['that is none', 'no key', 'holds no public key in PEM'],
  ])('a key for tokens %s', async (_case, content, reason) => {
    const pem = join(directory, 'tokens.pem');
    await rm(pem, { force: true });
    if (content !== undefined) await writeFile(pem, content);
    const config = join(directory, 'jwt.json');
    const settings = { authentication: { jwt: { publicKeyFile: pem } } };
    await writeFile(config, JSON.stringify(settings));
    const ended = await start(join(directory, 'data'), '--config', config);
    expect(complaint(ended)).toContain(`${pem} ${reason}`);
    expect(ended.code).toBe(1);
  });

  test('a certificate that is none', async () => {
    const pem = join(directory, 'none.pem');
    await writeFile(pem, 'no certificate');
    const config = join(directory, 'tls.json');
    await writeFile(config, JSON.stringify({ tls: { certificate: pem, key: pem } }));
    const ended = await start(join(directory, 'data'), '--config', config);
    expect(complaint(ended)).toContain(`${pem} and ${pem} cannot be used for TLS`);
    expect(ended.code).toBe(1);
  });
});
