import { describe, expect, it } from 'vitest';
import {
  addCpuTime,
  cpuTimeBetween,
  cpuTimeOf,
  isAlive,
  kernelMs,
  noCpuTime,
  residentKiB,
} from './process-usage.ts';

const nobody = 2 ** 22 + 1;

describe.runIf(process.platform === 'linux')('what a process uses', () => {
  it('grows by the work that it does', () => {
    const before = cpuTimeOf(process.pid);
    const own = process.cpuUsage();
    while (process.cpuUsage(own).user < 60_000) Math.random();
    const spent = cpuTimeBetween(before, cpuTimeOf(process.pid));
    expect(spent.totalMs).toBeGreaterThanOrEqual(50);
  });

  it('is known far better than to the hundredth of a second', () => {
    const beforeMs = cpuTimeOf(process.pid).totalMs;
    const own = process.cpuUsage();
    while (process.cpuUsage(own).user < 2_000) Math.random();
    const spentMs = cpuTimeOf(process.pid).totalMs - beforeMs;
    expect(spentMs).toBeGreaterThan(1);
    expect(spentMs % 10).not.toBe(0);
  });

  it('is what Node says of its own memory, within what changes in between', () => {
    const kib = process.memoryUsage.rss() / 1024;
    expect(residentKiB(process.pid)).toBeGreaterThan(kib * 0.8);
    expect(residentKiB(process.pid)).toBeLessThan(kib * 1.2);
  });

  it('is nothing for a process that is gone', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(nobody)).toBe(false);
    expect(cpuTimeOf(nobody).totalMs).toBe(0);
    expect(residentKiB(nobody)).toBe(0);
  });
});

it('CPU times add up, and the kernel has its share of the whole', () => {
  const [one, two] = [
    { totalMs: 4, tickedMs: 10, tickedKernelMs: 0 },
    { totalMs: 26, tickedMs: 20, tickedKernelMs: 10 },
  ];
  const sum = addCpuTime(one, two);
  expect(sum).toEqual({ totalMs: 30, tickedMs: 30, tickedKernelMs: 10 });
  expect(cpuTimeBetween(one, sum)).toEqual(two);
  expect(kernelMs(sum)).toBe(10);
  expect(kernelMs(noCpuTime)).toBe(0);
});
