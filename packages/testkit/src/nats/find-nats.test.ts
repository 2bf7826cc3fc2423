import { describe, expect, test } from 'vitest';
import { findNats, natsImage } from './find-nats.ts';
import type { Machine } from './find-nats.ts';

const bare: Machine = {
  environment: {},
  isExecutable: () => Promise.resolve(false),
  onPath: () => Promise.resolve(undefined),
  hasDocker: () => Promise.resolve(false),
  installedByApt: () => Promise.resolve(false),
};

const withPath = { onPath: () => Promise.resolve('/usr/sbin/nats-server') };
const withDocker = { hasDocker: () => Promise.resolve(true) };
const notAsked = () => Promise.reject(new Error('this was not to be asked for'));

describe("the tests' NATS server", () => {
  test('is the one that is named, before any other', async () => {
    const environment = { NATS_SERVER: '/opt/nats-server' };
    const isExecutable = (path: string) => Promise.resolve(path === '/opt/nats-server');
    const machine = { ...bare, ...withPath, ...withDocker, environment, isExecutable };
    expect(await findNats(machine)).toEqual({
      kind: 'binary',
      path: '/opt/nats-server',
      found: '$NATS_SERVER',
    });
  });

  test('is not another than the one that is named, should that be no program', async () => {
    const machine = { ...bare, ...withPath, environment: { NATS_SERVER: '/opt/readme.txt' } };
    await expect(findNats(machine)).rejects.toThrow(
      'NATS_SERVER names /opt/readme.txt, which is not an executable file.',
    );
  });

  test('is on the path, without a look at Docker', async () => {
    const machine = { ...bare, ...withPath, hasDocker: notAsked, installedByApt: notAsked };
    expect(await findNats(machine)).toEqual({
      kind: 'binary',
      path: '/usr/sbin/nats-server',
      found: 'the path',
    });
  });

  test('runs in Docker, without installing anything, also where the variable is empty', async () => {
    const environment = { NATS_SERVER: '' };
    const machine = { ...bare, ...withDocker, environment, installedByApt: notAsked };
    expect(await findNats(machine)).toEqual({ kind: 'docker', image: natsImage, found: 'Docker' });
  });

  test("is Debian's where it may be installed", async () => {
    let isInstalled = false;
    const machine: Machine = {
      ...bare,
      onPath: () => Promise.resolve(isInstalled ? '/usr/sbin/nats-server' : undefined),
      installedByApt: (name) => Promise.resolve((isInstalled = name === 'nats-server')),
    };
    expect(await findNats(machine)).toMatchObject({ found: "Debian's package" });
  });

  test('is missing: one sentence says each way to get one', async () => {
    await expect(findNats(bare)).rejects.toThrow(
      /install nats-server .*, name one with NATS_SERVER=.*, or start Docker\.$/,
    );
  });
});
