// Whether this process, which makes the load, was itself what held things up.

import {
  monitorEventLoopDelay,
  performance,
  type EventLoopUtilization,
  type IntervalHistogram,
} from 'node:perf_hooks';

export interface GeneratorLoad {
  /** CPU time of this process, all threads. */
  readonly cpuMs: number;
  /** The share of the time in which its event loop was not waiting for anything, from 0 to 1. */
  readonly busy: number;
  /** By how much this process came too late to what it had to do, in 1 of 100 cases. */
  readonly delayP99Ms: number;
}

export interface GeneratorMark {
  readonly cpu: NodeJS.CpuUsage;
  readonly loop: EventLoopUtilization;
  readonly delay: IntervalHistogram;
}

const resolutionMs = 2;

export function markGenerator(): GeneratorMark {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization(), delay };
}

/** To be asked once. */
export function generatorLoadSince({ cpu, loop, delay }: GeneratorMark): GeneratorLoad {
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuMs: (user + system) / 1000,
    busy: performance.eventLoopUtilization(loop).utilization,
    // It counts the whole time from one tick to the next.
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
  };
}

/** Beyond that, what is waited for is mostly this process itself. */
const limitingShare = 0.9;

/** Whether rates were those of this process; `latencyP99Ms` too, when most of it was this process's own delay. */
export function wasLimit({ busy, delayP99Ms }: GeneratorLoad, latencyP99Ms?: number): boolean {
  return busy > limitingShare || (latencyP99Ms !== undefined && delayP99Ms > latencyP99Ms / 2);
}
