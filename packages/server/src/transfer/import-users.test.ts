import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ImportedUser } from '@rollcall/cluster';
import type { ScramVerifiers } from '@rollcall/store';
import { importUsers } from './import-users.ts';
import { textLines } from './text-lines.ts';

const verifiers: ScramVerifiers = {
  sha1: { salt: 'c2FsdA==', iterations: 4096, storedKey: 'stored', serverKey: 'server' },
};

async function run(lines: readonly unknown[], refused: readonly string[] = []) {
  const batches: (readonly ImportedUser[])[] = [];
  const bad: [number, string][] = [];
  let bytes = 0;
  const text = lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
  const source = Readable.from([Buffer.from(text)]);
  const report = await importUsers(textLines(source), {
    administration: {
      importUsers: (users) => {
        batches.push(users);
        return Promise.resolve(
          users.map(({ jid }) => (refused.includes(jid) ? 'not here' : undefined)),
        );
      },
    },
    hash: (password) =>
      Promise.resolve(
        password === 'bad' ? { ok: false, problem: 'no good' } : { ok: true, value: verifiers },
      ),
    onBadLine: (number, problem) => bad.push([number, problem]),
    onProgress: (more) => (bytes += more),
  });
  return { report, batches, bad, bytesLeft: Buffer.byteLength(text) - bytes };
}

test('passwords are hashed before anything leaves, and all bytes are accounted for', async () => {
  const { report, batches, bytesLeft } = await run([
    { jid: 'a@b', password: 'x' },
    '',
    { jid: 'c@b' },
  ]);
  expect(report).toEqual({ users: 2, badLines: 0 });
  expect(batches).toEqual([
    [
      { jid: 'a@b', roster: [], credentials: verifiers },
      { jid: 'c@b', roster: [] },
    ],
  ]);
  expect(bytesLeft).toBe(0);
});

test('bad lines are told by their numbers, whoever finds the fault, and the others are taken in', async () => {
  const { report, batches, bad } = await run(
    [{ jid: 'a@b' }, 'rubbish', { jid: 'c@b', password: 'bad' }, { jid: 'd@x' }, { jid: 'e@b' }],
    ['d@x'],
  );
  expect(report).toEqual({ users: 2, badLines: 3 });
  expect(bad).toEqual([
    [2, 'this is not JSON'],
    [3, 'password: no good'],
    [4, 'not here'],
  ]);
  expect(batches.flat().map(({ jid }) => jid)).toEqual(['a@b', 'd@x', 'e@b']);
});

test('a user who comes twice is taken in twice, one after the other', async () => {
  const { batches } = await run([
    { jid: 'a@b' },
    { jid: 'c@b' },
    { jid: 'a@b', roster: [{ jid: 'c@b' }] },
  ]);
  expect(batches.map((batch) => batch.map(({ jid }) => jid))).toEqual([['a@b', 'c@b'], ['a@b']]);
});

test('a failure of the server ends the import', async () => {
  const source = Readable.from([Buffer.from('{"jid":"a@b"}\n')]);
  const failing = importUsers(textLines(source), {
    administration: { importUsers: () => Promise.reject(new Error('gone')) },
    hash: () => Promise.resolve({ ok: true, value: verifiers }),
    onBadLine: () => undefined,
    onProgress: () => undefined,
  });
  await expect(failing).rejects.toThrow('gone');
});
