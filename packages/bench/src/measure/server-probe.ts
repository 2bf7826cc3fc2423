// The server under measurement as Linux sees it: CPU time and memory of its processes, and what went over its bus.

import {
  addCpuTime,
  cpuTimeOf,
  noCpuTime,
  residentKiB,
  type CpuTime,
  type ServerProcess,
} from './process-usage.ts';
import { busTraffic, type BusTraffic } from './nats-traffic.ts';

/** By role; empty when no process of the server is known. */
export type CpuByRole = Readonly<Record<string, CpuTime>>;

/** In KiB. */
export type MemoryByRole = Readonly<Record<string, number>>;

export interface ServerProbe {
  cpuByRole(): CpuByRole;
  residentKiBByRole(): MemoryByRole;
  /** Undefined when there is no bus, or nobody said where to ask. */
  busTraffic(): Promise<BusTraffic | undefined>;
}

export interface Observed {
  processes(): readonly ServerProcess[];
  /** Base addresses of the HTTP monitoring of its NATS servers. */
  readonly natsMonitors: readonly string[];
}

export function probe(observed: Observed): ServerProbe {
  // A process that has been killed has used what it had used.
  const lastSeen = new Map<number, CpuTime>();
  const cpuOf = (pid: number) => {
    const [before, now] = [lastSeen.get(pid) ?? noCpuTime, cpuTimeOf(pid)];
    const known = now.totalMs < before.totalMs ? before : now;
    lastSeen.set(pid, known);
    return known;
  };
  return {
    cpuByRole: () => {
      const byRole: Record<string, CpuTime> = {};
      for (const { pid, role } of observed.processes())
        byRole[role] = addCpuTime(byRole[role] ?? noCpuTime, cpuOf(pid));
      return byRole;
    },
    residentKiBByRole: () => {
      const byRole: Record<string, number> = {};
      for (const { pid, role } of observed.processes())
        byRole[role] = (byRole[role] ?? 0) + residentKiB(pid);
      return byRole;
    },
    busTraffic: () =>
      observed.natsMonitors.length === 0
        ? Promise.resolve(undefined)
        : busTraffic(observed.natsMonitors),
  };
}

export function allRolesKiB(memory: MemoryByRole): number {
  return Object.values(memory).reduce((sum, each) => sum + each, 0);
}

export function allRolesMs(cpu: CpuByRole): number {
  return Object.values(cpu)
    .map(({ totalMs }) => totalMs)
    .reduce((sum, each) => sum + each, 0);
}
