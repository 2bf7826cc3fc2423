// What processes cost, from Linux's /proc.

import { readFile } from 'node:fs/promises';

/** Linux counts CPU time for user space in hundredths of a second on all platforms that Node runs on. */
const msPerTick = 10;

/** CPU time of the processes since their start, user and system, all threads. Processes that are gone count nothing. */
export async function cpuTimeMs(pids: readonly number[]): Promise<number> {
  const ticks = await Promise.all(pids.map(cpuTicks));
  return ticks.reduce((sum, each) => sum + each, 0) * msPerTick;
}

/** Resident memory of the processes together. */
export async function residentKiB(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(residentOf));
  return each.reduce((sum, one) => sum + one, 0);
}

async function cpuTicks(pid: number): Promise<number> {
  const stat = await readIfAlive(`/proc/${pid}/stat`);
  // The command's name, in parentheses, may hold anything; the fields are counted from its end (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

async function residentOf(pid: number): Promise<number> {
  const status = await readIfAlive(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

async function readIfAlive(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw cause;
  }
}
