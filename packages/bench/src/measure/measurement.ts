// One stretch of work, measured: what the server spent on it, from quiet to quiet, and whether somebody was in its way.

import { setTimeout as delay } from 'node:timers/promises';
import { generatorLoadSince, markGenerator, type GeneratorLoad } from './generator-load.ts';
import { machineTime } from './machine.ts';
import type { BusTraffic } from './nats-traffic.ts';
import { cpuTimeBetween, noCpuTime } from './process-usage.ts';
import {
  allRolesKiB,
  allRolesMs,
  type CpuByRole,
  type MemoryByRole,
  type ServerProbe,
} from './server-probe.ts';

export interface Sample {
  /** Since the work began. */
  readonly atMs: number;
  /** Cores that the server's processes kept busy since the sample before. */
  readonly cores: number;
  readonly residentKiB: number;
  /** What the caller counts, since the work began. */
  readonly count: number;
}

export interface Spent {
  /** Of the work, without what the server did afterwards. */
  readonly elapsedMs: number;
  /** With what the server did afterwards, until it was quiet. */
  readonly untilQuietMs: number;
  /** Of all that time. Empty when its processes are unknown. */
  readonly cpu: CpuByRole;
  readonly memoryKiB: {
    readonly before: MemoryByRole;
    readonly after: MemoryByRole;
    /** Of all together. */
    readonly peak: number;
  };
  readonly bus: BusTraffic | undefined;
  readonly generator: GeneratorLoad;
  /** The share of the machine's time that went to neither the server nor this process. */
  readonly othersShare: number;
  readonly samples: readonly Sample[];
}

export interface Measured<Value> {
  readonly value: Value;
  readonly spent: Spent;
}

const sampleEveryMs = 200;

export interface MeasureOptions {
  /** Is sampled meanwhile. */
  readonly count: () => number;
  /** What passes for quiet: nothing done for so long. */
  readonly quietMs: number;
}

/** Waits for the server to be quiet, does the work, and waits for quiet again. */
export async function measure<Value>(
  server: ServerProbe,
  { count, quietMs }: MeasureOptions,
  work: () => Promise<Value>,
): Promise<Measured<Value>> {
  await quiet(server, quietMs);
  const before = await snapshot(server);
  const generator = markGenerator();
  const sampler = startSampler(server, count);
  try {
    const value = await work();
    const elapsedMs = performance.now() - before.atMs;
    const generatorLoad = generatorLoadSince(generator);
    sampler.sample();
    await quiet(server, quietMs);
    const after = await snapshot(server);
    const samples = sampler.samples;
    const ends = [before, after].map(({ memory }) => allRolesKiB(memory));
    const peak = Math.max(...ends, ...samples.map(memoryOf));
    const spent: Spent = {
      elapsedMs,
      untilQuietMs: after.atMs - before.atMs,
      cpu: cpuBetween(before.cpu, after.cpu),
      memoryKiB: { before: before.memory, after: after.memory, peak },
      bus: trafficBetween(before.bus, after.bus),
      generator: generatorLoad,
      othersShare: othersShare(before, after),
      samples,
    };
    return { value, spent };
  } finally {
    sampler.stop();
  }
}

const quietPolls = 2;
/** A server that is never quiet has to be measured all the same. */
const quietTimeoutMs = 5_000;
/** The share of one core that an idle server may use for its timers. */
const quietShare = 0.03;

/** Until the server has done nothing to speak of for a while. Without known processes, that while. */
export async function quiet(server: ServerProbe, quietMs: number): Promise<void> {
  const deadline = performance.now() + quietTimeoutMs;
  let cpuMs = allRolesMs(server.cpuByRole());
  for (let calm = 0; calm < quietPolls && performance.now() < deadline;) {
    await delay(quietMs / quietPolls);
    const nowMs = allRolesMs(server.cpuByRole());
    calm = nowMs - cpuMs <= (quietMs / quietPolls) * quietShare ? calm + 1 : 0;
    cpuMs = nowMs;
  }
}

/**
 * What the server spends on its timers and the like while nobody wants anything of it, in ms of CPU per second. Nobody
 * waits for what cannot be known.
 */
export async function restingCpu(server: ServerProbe, forMs: number): Promise<number> {
  if (forMs === 0 || Object.keys(server.cpuByRole()).length === 0) return 0;
  const before = allRolesMs(server.cpuByRole());
  const beganMs = performance.now();
  await delay(forMs);
  const seconds = (performance.now() - beganMs) / 1000;
  return (allRolesMs(server.cpuByRole()) - before) / seconds;
}

interface Snapshot {
  readonly atMs: number;
  readonly cpu: CpuByRole;
  readonly memory: MemoryByRole;
  readonly bus: BusTraffic | undefined;
  readonly machine: { readonly busyMs: number; readonly totalMs: number };
  readonly ownCpuMs: number;
}

async function snapshot(server: ServerProbe): Promise<Snapshot> {
  const bus = await server.busTraffic();
  const { user, system } = process.cpuUsage();
  return {
    bus,
    cpu: server.cpuByRole(),
    memory: server.residentKiBByRole(),
    machine: machineTime(),
    ownCpuMs: (user + system) / 1000,
    atMs: performance.now(),
  };
}

function startSampler(server: ServerProbe, count: () => number) {
  const samples: Sample[] = [];
  const beganMs = performance.now();
  const countBefore = count();
  let last = { atMs: 0, cpuMs: allRolesMs(server.cpuByRole()) };
  const sample = () => {
    const atMs = performance.now() - beganMs;
    const cpuMs = allRolesMs(server.cpuByRole());
    const cores = atMs > last.atMs ? (cpuMs - last.cpuMs) / (atMs - last.atMs) : 0;
    samples.push({
      atMs,
      cores,
      residentKiB: allRolesKiB(server.residentKiBByRole()),
      count: count() - countBefore,
    });
    last = { atMs, cpuMs };
  };
  const timer = setInterval(sample, sampleEveryMs);
  return { samples, sample, stop: () => clearInterval(timer) };
}

const memoryOf = (sample: Sample) => sample.residentKiB;

function cpuBetween(before: CpuByRole, after: CpuByRole): CpuByRole {
  return Object.fromEntries(
    Object.entries(after).map(([role, spent]) => [
      role,
      cpuTimeBetween(before[role] ?? noCpuTime, spent),
    ]),
  );
}

function trafficBetween(
  before: BusTraffic | undefined,
  after: BusTraffic | undefined,
): BusTraffic | undefined {
  if (before === undefined || after === undefined) return undefined;
  return { messages: after.messages - before.messages, bytes: after.bytes - before.bytes };
}

function othersShare(before: Snapshot, after: Snapshot): number {
  const totalMs = after.machine.totalMs - before.machine.totalMs;
  const busyMs = after.machine.busyMs - before.machine.busyMs;
  const serverMs = allRolesMs(after.cpu) - allRolesMs(before.cpu);
  const ownMs = after.ownCpuMs - before.ownCpuMs;
  return totalMs === 0 ? 0 : Math.max(0, busyMs - serverMs - ownMs) / totalMs;
}
