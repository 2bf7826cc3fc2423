/** The times that a cluster's processes keep, made from how long a lease lives. */

export interface ClusterTiming {
  readonly renewEveryMs: number;
  /** So much before its lease could run out an owner stops acting. */
  readonly marginMs: number;
  /** How often the leader looks who lives. */
  readonly tickMs: number;
  /** How often a process looks for a newer shard map, should its watch have fallen silent. */
  readonly lookEveryMs: number;
  /** How long one waits for a sign of life of whoever holds the node's name. */
  readonly claimWaitMs: number;
  /** What was said for so long before an owner died is said again; what was shown is remembered for so long. */
  readonly memoryMs: number;
}

export function timingOf(leaseTtlMs: number): ClusterTiming {
  const renewEveryMs = leaseTtlMs / 4;
  return {
    renewEveryMs,
    marginMs: leaseTtlMs / 5,
    tickMs: Math.min(500, leaseTtlMs / 8),
    lookEveryMs: 2_000,
    claimWaitMs: renewEveryMs * 2.5,
    memoryMs: Math.max(60_000, leaseTtlMs * 4),
  };
}
