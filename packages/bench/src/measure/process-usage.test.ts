import { describe, expect, it } from 'vitest';
import {
  addCpuTime,
  cpuTimeBetween,
  cpuTimeOf,
  isAlive,
  residentKiB,
  totalMs,
} from './process-usage.ts';

const nobody = 2 ** 22 + 1;

describe.runIf(process.platform === 'linux')('what a process uses', () => {
  it('grows by the work that it does', () => {
    const before = cpuTimeOf(process.pid);
    const own = process.cpuUsage();
    while (process.cpuUsage(own).user < 60_000) Math.random();
    const spent = cpuTimeBetween(before, cpuTimeOf(process.pid));
    expect(totalMs(spent)).toBeGreaterThanOrEqual(50);
  });

  it('is known far better than to the hundredth of a second', () => {
    const beforeMs = totalMs(cpuTimeOf(process.pid));
    const own = process.cpuUsage();
    while (process.cpuUsage(own).user < 2_000) Math.random();
    const spentMs = totalMs(cpuTimeOf(process.pid)) - beforeMs;
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
    expect(totalMs(cpuTimeOf(nobody))).toBe(0);
    expect(residentKiB(nobody)).toBe(0);
  });
});

it('CPU times add up', () => {
  const sum = addCpuTime({ userMs: 1, systemMs: 2 }, { userMs: 10, systemMs: 20 });
  expect(sum).toEqual({ userMs: 11, systemMs: 22 });
  expect(totalMs(sum)).toBe(33);
});
