// The machine that a measurement was taken on, and how much of it went to others meanwhile.

import { arch, cpus, release, totalmem, type } from 'node:os';
import { read } from './process-usage.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly system: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 1024 ** 2),
    system: `${type()} ${version(release())} ${arch()}`,
    node: process.version,
  };
}

/** `6.18` of `6.18.44-amd64`: what distributions append says nothing about speed. */
function version(release: string): string {
  return /^\d+\.\d+/.exec(release)?.[0] ?? release;
}

export interface MachineTime {
  readonly busyMs: number;
  readonly totalMs: number;
}

const msPerTick = 10;

/** All cores together, since the machine started; time that a hypervisor gave to others counts as busy. */
export function machineTime(): MachineTime {
  return readMachineTime(read('/proc/stat') ?? '');
}

/** The first line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal. */
export function readMachineTime(stat: string): MachineTime {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    line.split(' ').map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busyMs: busy * msPerTick, totalMs: (busy + idle + iowait) * msPerTick };
}

export function machineLine({ cpu, cores, memoryMiB, system, node }: Machine): string {
  const gigabytes = Math.round(memoryMiB / 1024);
  return `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${gigabytes} GiB, ${system}, Node ${node}`;
}
