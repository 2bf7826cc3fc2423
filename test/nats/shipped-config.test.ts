// infra/nats/nats.conf is a file that nats-server takes.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findNats } from '@rollcall/testkit';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const shipped = new URL('../../infra/nats/nats.conf', import.meta.url);

test('nats-server takes the configuration of docker-compose.yml; 2.9 names the one line that it does not know', async () => {
  const source = await findNats();
  if (source.kind !== 'binary') throw new Error('this test needs a nats-server binary');
  const { stdout: version } = await run(source.path, ['--version']);
  const text = await readFile(shipped, 'utf8');
  const syncs = /^ +sync_interval: .*\n/m;
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-nats-'));
  const check = async (config: string) => {
    const path = join(folder, 'nats.conf');
    await writeFile(path, config);
    const env = { ...process.env, NATS_NAME: 'nats-1' };
    return run(source.path, ['-t', '--config', path], { env }).then(
      ({ stdout, stderr }) => `${stdout}${stderr}`,
      (error: unknown) => String(error),
    );
  };
  try {
    const isOld = / v?2\.9\./.test(version);
    if (isOld) expect(await check(text)).toContain('unknown field "sync_interval"');
    expect(await check(isOld ? text.replace(syncs, '') : text)).toContain('is valid');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
