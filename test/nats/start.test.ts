// What an operator is told when NATS is not as it must be.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNats, requireJetStream } from '@rollcall/nats';
import { RunningProcess, findNats, reservePort, startNats } from '@rollcall/testkit';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';

const log = pino({ level: 'silent' });

async function withConfig(lines: string, run: (url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-nats-'));
  const configFile = join(folder, 'nats.conf');
  await writeFile(configFile, lines);
  const nats = await startNats({ configFile });
  try {
    await run(nats.urls[0] ?? '');
  } finally {
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

describe('connecting to NATS', () => {
  test('no server there: says where it looked and how to get one', async () => {
    const free = await reservePort();
    const attempt = connectNats({ urls: [`nats://127.0.0.1:${free.port}`] }, log);
    await expect(attempt).rejects.toMatchObject({
      code: 'nats_unreachable',
      message: expect.stringContaining(`127.0.0.1:${free.port}`) as string,
    });
    await free.release();
  });

  test('wrong credentials: says so, and not what they were', async () => {
    await withConfig('authorization { user: engine, password: right }', async (url) => {
      const attempt = connectNats({ urls: [url], user: 'engine', password: 'wrong-secret' }, log);
      await expect(attempt).rejects.toMatchObject({
        code: 'nats_unauthorized',
        message: expect.not.stringContaining('wrong-secret') as string,
      });
    });
  });

  test('a server without JetStream: says how to turn it on', async () => {
    const source = await findNats();
    if (source.kind !== 'binary') throw new Error('this test needs a nats-server binary');
    const port = await reservePort();
    const server = await RunningProcess.start(source.path, [
      '-a',
      '127.0.0.1',
      '-p',
      String(port.port),
    ]);
    await server.waitForLine(/Server is ready/);
    const link = await connectNats({ urls: [`nats://127.0.0.1:${port.port}`] }, log);
    await expect(requireJetStream(link)).rejects.toMatchObject({ code: 'nats_no_jetstream' });
    await link.connection.close();
    await server.stop();
    await port.release();
  });

  test('credentials that may not use JetStream: names the subject', async () => {
    const config = `authorization { users: [ { user: fe, password: p, permissions: {
      publish: ["rollcall.v1.>"], subscribe: ["_INBOX.>", "rollcall.v1.>"] } } ] }`;
    await withConfig(config, async (url) => {
      const link = await connectNats({ urls: [url], user: 'fe', password: 'p' }, log);
      await expect(requireJetStream(link)).rejects.toMatchObject({
        code: 'nats_forbidden',
        message: expect.stringContaining('$JS.API') as string,
      });
      await link.connection.close();
    });
  });
});
