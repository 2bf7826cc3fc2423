// What processes use, from Linux's /proc. Elsewhere, and for processes that are gone, there is nothing to see.

import { readdirSync, readFileSync } from 'node:fs';

export interface ServerProcess {
  readonly pid: number;
  /** What it does in the deployment: `server`, `engine`, `front-end`, `nats`. */
  readonly role: string;
}

/**
 * Ticks tell user and kernel time apart, but a login may cost less than one. The scheduler counts in nanoseconds, but does
 * not tell them apart.
 */
export interface CpuTime {
  readonly totalMs: number;
  readonly tickedMs: number;
  readonly tickedKernelMs: number;
}

/** Linux shows CPU time in hundredths of a second to user space, on every platform that Node runs on. */
const msPerTick = 10;

export const noCpuTime: CpuTime = { totalMs: 0, tickedMs: 0, tickedKernelMs: 0 };

/** Since the process began, all its threads and all its children, living and dead. */
export function cpuTimeOf(pid: number): CpuTime {
  const stat = statFields(pid);
  if (stat === undefined) return noCpuTime;
  // utime, stime, and those of children that were waited for (proc(5), fields 14 to 17).
  const [user = 0, kernel = 0, deadUser = 0, deadKernel = 0] = stat.slice(11, 15).map(Number);
  const tickedKernelMs = (kernel + deadKernel) * msPerTick;
  const tickedMs = tickedKernelMs + (user + deadUser) * msPerTick;
  // The scheduler forgets threads that have ended: where it knows less, the ticks are right.
  const preciseMs = threadTimeMs(pid) + (deadUser + deadKernel) * msPerTick;
  const own = { totalMs: Math.max(tickedMs, preciseMs), tickedMs, tickedKernelMs };
  return childrenOf(pid).map(cpuTimeOf).reduce(addCpuTime, own);
}

/** Of the threads that live; the first field of `schedstat` is the time on a processor, in ns. */
function threadTimeMs(pid: number): number {
  return threadsOf(pid)
    .map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0))
    .reduce((sum, each) => sum + each / 1e6, 0);
}

export function addCpuTime(left: CpuTime, right: CpuTime): CpuTime {
  return {
    totalMs: left.totalMs + right.totalMs,
    tickedMs: left.tickedMs + right.tickedMs,
    tickedKernelMs: left.tickedKernelMs + right.tickedKernelMs,
  };
}

export function cpuTimeBetween(before: CpuTime, after: CpuTime): CpuTime {
  return {
    totalMs: after.totalMs - before.totalMs,
    tickedMs: after.tickedMs - before.tickedMs,
    tickedKernelMs: after.tickedKernelMs - before.tickedKernelMs,
  };
}

/** The kernel's part of the whole, as the ticks have it. */
export function kernelMs({ totalMs, tickedMs, tickedKernelMs }: CpuTime): number {
  return tickedMs === 0 ? 0 : (totalMs * tickedKernelMs) / tickedMs;
}

/** Resident memory of the process and its children. */
export function residentKiB(pid: number): number {
  const status = read(`/proc/${pid}/status`) ?? '';
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return childrenOf(pid)
    .map(residentKiB)
    .reduce((sum, each) => sum + each, own);
}

export function isAlive(pid: number): boolean {
  return statFields(pid) !== undefined;
}

/** Of all its threads. */
function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`) ?? '';
    return children.split(' ').filter(Boolean).map(Number);
  });
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** From the third field on: the second is the name of the command, which may hold anything but ends with the last `)`. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

export function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
