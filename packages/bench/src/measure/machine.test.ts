import { expect, it } from 'vitest';
import { machineLine, machineTime, readMachineTime, thisMachine } from './machine.ts';

it('reads the time of all cores from /proc/stat', () => {
  const stat = 'cpu  10 1 20 100 5 2 3 4 0 0\ncpu0 5 0 10 50 2 1 1 2 0 0\n';
  expect(readMachineTime(stat)).toEqual({ busyMs: 400, totalMs: 1450 });
});

it('says nothing where there is no /proc', () => {
  expect(readMachineTime('')).toEqual({ busyMs: 0, totalMs: 0 });
});

it('knows this machine', () => {
  expect(machineTime().busyMs).toBeLessThanOrEqual(machineTime().totalMs);
  expect(thisMachine().cores).toBeGreaterThan(0);
});

it('describes a machine in a line', () => {
  const machine = { cpu: 'Zen', cores: 2, memoryMiB: 16_000, system: 'Linux 6 x64', node: 'v20' };
  expect(machineLine(machine)).toBe('Zen, 2 cores, 16 GiB, Linux 6 x64, Node v20');
});
