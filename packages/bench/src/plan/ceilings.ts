// What does not grow by adding processes, and how near a plan comes to it.

import type { ClusterPlan } from './model.ts';

export interface Ceiling {
  /** "engines", "cores of NATS". */
  readonly what: string;
  readonly needed: number;
  readonly most: number;
  /** Why there cannot be more. */
  readonly because: string;
}

/** Fixed when a cluster is made (ARCHITECTURE.md, "Shards, owners, epochs"). */
const shards = 256;
/** Every server of a NATS cluster is connected with every other, and forwards what it takes in. */
const natsServers = 9;
const coresPerNatsServer = 8;
const natsMiBPerSecond = 1000;

/** The one that is nearest, or furthest exceeded, comes first. */
export function ceilingsOf(plan: ClusterPlan): readonly Ceiling[] {
  const ceilings: readonly Ceiling[] = [
    {
      what: 'engines',
      needed: plan.engines.processes,
      most: shards,
      because: `there are ${shards} shards, and an engine owns at least one`,
    },
    {
      what: 'cores of NATS',
      needed: plan.natsCores,
      most: natsServers * coresPerNatsServer,
      because: `a cluster of ${natsServers} NATS servers, each of ${coresPerNatsServer} cores, is about the largest that is one mesh`,
    },
    {
      what: 'MiB per second through NATS',
      needed: plan.busMiBPerSecond,
      most: natsServers * natsMiBPerSecond,
      because: `a NATS server has a network of about 10 Gbit/s`,
    },
  ];
  return [...ceilings].sort((left, right) => usedOf(right) - usedOf(left));
}

/** 1 is all of it. */
export function usedOf({ needed, most }: Ceiling): number {
  return needed / most;
}
