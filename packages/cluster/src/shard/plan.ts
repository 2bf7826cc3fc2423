/** Which engine shall own which shard: as evenly as can be, moving as few as possible. */
import type { ProcessId } from '../process/process-id.ts';

export interface PlanInput {
  readonly owners: readonly (ProcessId | undefined)[];
  /** Engines that live. */
  readonly engines: readonly ProcessId[];
  /** Those of them that are to give up what they have. */
  readonly draining: ReadonlySet<ProcessId>;
  /** Whether shards may be taken from engines that live: not while others are still moving. */
  readonly mayBalance: boolean;
}

/**
 * Shards of the dead are given to those who have least. If it may be, the draining are relieved, and then the fullest,
 * until no two engines differ by more than one.
 */
export function planOwners(input: PlanInput): readonly (ProcessId | undefined)[] {
  const { engines, draining, mayBalance } = input;
  const takers = engines.filter((engine) => !draining.has(engine));
  // With nobody else to take them, the draining keep what they have.
  const able = takers.length > 0 ? takers : engines;
  if (able.length === 0) return input.owners.map(() => undefined);
  const owners = [...input.owners];
  const owned = new Map<ProcessId, number[]>(engines.map((engine) => [engine, []]));
  for (const [shard, owner] of owners.entries())
    if (owner !== undefined) owned.get(owner)?.push(shard);
  const give = (shard: number, engine: ProcessId) => {
    owners[shard] = engine;
    owned.get(engine)?.push(shard);
  };
  const sizeOf = (engine: ProcessId) => owned.get(engine)?.length ?? 0;
  for (const [shard, owner] of owners.entries())
    if (owner === undefined || !owned.has(owner)) give(shard, leastOf(able, sizeOf));
  if (!mayBalance) return owners;
  for (const engine of engines.filter((each) => !able.includes(each)))
    for (const shard of owned.get(engine)?.splice(0) ?? []) give(shard, leastOf(able, sizeOf));
  for (;;) {
    const fullest = leastOf(able, (engine) => -sizeOf(engine));
    const emptiest = leastOf(able, sizeOf);
    if (sizeOf(fullest) - sizeOf(emptiest) <= 1) return owners;
    const shard = owned.get(fullest)?.pop();
    if (shard !== undefined) give(shard, emptiest);
  }
}

function leastOf(engines: readonly ProcessId[], sizeOf: (engine: ProcessId) => number): ProcessId {
  return engines.reduce((least, engine) => (sizeOf(engine) < sizeOf(least) ? engine : least));
}
