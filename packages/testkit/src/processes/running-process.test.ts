import { execPath } from 'node:process';
import { describe, expect, test } from 'vitest';
import { RunningProcess } from './running-process.ts';
import { cpuTimeMs, residentKiB } from './usage.ts';

const forever = `process.stdout.write('ready 42\\n'); setInterval(() => undefined, 1000);`;

describe('RunningProcess', () => {
  test('shows its output, waits for a line of it, and can be killed', async () => {
    const running = await RunningProcess.start(execPath, ['-e', forever]);
    const [, number] = await running.waitForLine(/ready (\d+)/);
    expect(number).toBe('42');
    expect(running.exit).toBeUndefined();
    expect(await running.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(running.exit?.signal).toBe('SIGKILL');
  });

  test('stops a process that heeds SIGTERM, and kills one that does not', async () => {
    const heeds = await RunningProcess.start(execPath, ['-e', forever]);
    await heeds.waitForLine(/ready/);
    expect((await heeds.stop()).signal).toBe('SIGTERM');

    const deaf = await RunningProcess.start(execPath, [
      '-e',
      `process.on('SIGTERM', () => undefined); ${forever}`,
    ]);
    await deaf.waitForLine(/ready/);
    expect((await deaf.stop(1)).signal).toBe('SIGKILL');
  });

  test('ends with all that it started', async () => {
    const script = `sleep 1000 & echo child $!; wait`;
    const running = await RunningProcess.start('sh', ['-c', script]);
    const [, child] = await running.waitForLine(/child (\d+)/);
    await running.kill();
    expect(await residentKiB([Number(child)])).toBe(0);
  });

  test('a process that ends without the line is reported with its output', async () => {
    const running = await RunningProcess.start(execPath, ['-e', `console.error('no luck')`]);
    await expect(running.waitForLine(/ready/)).rejects.toThrow(/ended before.*no luck/s);
    expect((await running.exited).code).toBe(0);
  });

  test('a command that does not exist is reported with how to install it', async () => {
    const starting = RunningProcess.start('no-such-command', [], {
      howToInstall: 'Install it so.',
    });
    await expect(starting).rejects.toThrow('Install it so.');
  });
});

describe('usage', () => {
  test('CPU time grows with work, memory is there, and a process that is gone has neither', async () => {
    const before = await cpuTimeMs([process.pid]);
    const end = performance.now() + 60;
    while (performance.now() < end) Math.sqrt(end);
    expect(await cpuTimeMs([process.pid])).toBeGreaterThan(before);
    expect(await residentKiB([process.pid])).toBeGreaterThan(1_000);

    const gone = await RunningProcess.start(execPath, ['-e', '']);
    await gone.exited;
    expect(await cpuTimeMs([gone.pid])).toBe(0);
    expect(await residentKiB([gone.pid])).toBe(0);
  });
});
