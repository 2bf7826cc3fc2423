// Whether this process, which makes the load, was itself what held things up.

import { performance, type EventLoopUtilization } from 'node:perf_hooks';

export interface GeneratorLoad {
  /** CPU time of this process, all threads. */
  readonly cpuMs: number;
  /** The share of the time in which its event loop was not waiting for anything, from 0 to 1. */
  readonly busy: number;
}

/** Beyond that, what is waited for is mostly this process itself. */
const limitingShare = 0.9;

export interface GeneratorMark {
  readonly cpu: NodeJS.CpuUsage;
  readonly loop: EventLoopUtilization;
}

export function markGenerator(): GeneratorMark {
  return { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
}

export function generatorLoadSince({ cpu, loop }: GeneratorMark): GeneratorLoad {
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuMs: (user + system) / 1000,
    busy: performance.eventLoopUtilization(loop).utilization,
  };
}

export function wasLimit({ busy }: GeneratorLoad): boolean {
  return busy > limitingShare;
}
