import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { allRolesKiB, allRolesMs, probe } from './server-probe.ts';

it.runIf(process.platform === 'linux')(
  'does not forget what a process had used when it is killed',
  async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;) Math.random()']);
    const { pid = 0 } = child;
    const server = probe({ processes: () => [{ pid, role: 'engine' }], natsMonitors: [] });
    while (allRolesMs(server.cpuByRole()) < 30) await new Promise(setImmediate);
    const before = allRolesMs(server.cpuByRole());
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(allRolesMs(server.cpuByRole())).toBeGreaterThanOrEqual(before);
    expect(allRolesKiB(server.residentKiBByRole())).toBe(0);
  },
);

it('counts the processes of one role together', () => {
  const pids = [process.pid, process.pid];
  const server = probe({
    processes: () => pids.map((pid) => ({ pid, role: 'server' })),
    natsMonitors: [],
  });
  expect(Object.keys(server.cpuByRole())).toEqual(['server']);
  expect(server.residentKiBByRole()['server']).toBeGreaterThan(0);
});

it('knows nothing of a server whose processes nobody named', async () => {
  const server = probe({ processes: () => [], natsMonitors: [] });
  expect(server.cpuByRole()).toEqual({});
  expect(server.residentKiBByRole()).toEqual({});
  expect(await server.busTraffic()).toBeUndefined();
});
