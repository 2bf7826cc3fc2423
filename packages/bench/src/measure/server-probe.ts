// The server under measurement as Linux sees it: CPU time and memory of its processes, and what went over its bus.

import {
  addCpuTime,
  cpuTimeOf,
  noCpuTime,
  residentKiB,
  totalMs,
  type CpuTime,
  type ServerProcess,
} from './process-usage.ts';
import { busTraffic, type BusTraffic } from './nats-traffic.ts';

/** By role; empty when no process of the server is known. */
export type CpuByRole = Readonly<Record<string, CpuTime>>;

export interface ServerProbe {
  cpuByRole(): CpuByRole;
  residentKiB(): number;
  /** Undefined when there is no bus, or nobody said where to ask. */
  busTraffic(): Promise<BusTraffic | undefined>;
}

export interface Observed {
  processes(): readonly ServerProcess[];
  /** Base addresses of the HTTP monitoring of its NATS servers. */
  readonly natsMonitors: readonly string[];
}

export function probe(observed: Observed): ServerProbe {
  return {
    cpuByRole: () => cpuByRole(observed.processes()),
    residentKiB: () => observed.processes().reduce((sum, { pid }) => sum + residentKiB(pid), 0),
    busTraffic: () =>
      observed.natsMonitors.length === 0
        ? Promise.resolve(undefined)
        : busTraffic(observed.natsMonitors),
  };
}

function cpuByRole(processes: readonly ServerProcess[]): CpuByRole {
  const byRole: Record<string, CpuTime> = {};
  for (const { pid, role } of processes)
    byRole[role] = addCpuTime(byRole[role] ?? noCpuTime, cpuTimeOf(pid));
  return byRole;
}

export function allRolesMs(cpu: CpuByRole): number {
  return Object.values(cpu)
    .map(totalMs)
    .reduce((sum, each) => sum + each, 0);
}
