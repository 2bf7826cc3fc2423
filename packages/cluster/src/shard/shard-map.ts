/**
 * Who is in the cluster and who owns which shard: one document, written by the leader with compare-and-set. Its epoch
 * grows with every change and orders everything that depends on it.
 */
import { parseProcessId, type ProcessId } from '../process/process-id.ts';
import { shardCount } from './shard-of.ts';

export interface Ownership {
  readonly owner: ProcessId;
  /**
   * The epoch at which the shard was given to it. Whoever has missed maps in between sees by it that the shard was
   * somebody else's meanwhile.
   */
  readonly since: number;
}

export interface ShardMap {
  /** From 1. */
  readonly epoch: number;
  readonly engines: readonly ProcessId[];
  readonly frontEnds: readonly ProcessId[];
  /** By shard; undefined while there is no engine. */
  readonly owners: readonly (Ownership | undefined)[];
}

/** Before anyone is there. */
export const noMap: ShardMap = {
  epoch: 0,
  engines: [],
  frontEnds: [],
  owners: Array.from({ length: shardCount }, () => undefined),
};

export function membersOf({ engines, frontEnds }: ShardMap): ReadonlySet<ProcessId> {
  return new Set([...engines, ...frontEnds]);
}

export function encodeShardMap({ epoch, engines, frontEnds, owners }: ShardMap): string {
  const index = new Map(engines.map((engine, position) => [engine, position]));
  return JSON.stringify({
    v: 1,
    epoch,
    engines,
    frontEnds,
    owners: owners.map((ownership) => (ownership && index.get(ownership.owner)) ?? -1),
    since: owners.map((ownership) => ownership?.since ?? 0),
  });
}

/** The map that follows `before`: who owns a shard already goes on owning it since then. */
export function mapAfter(
  before: ShardMap,
  next: {
    readonly engines: readonly ProcessId[];
    readonly frontEnds: readonly ProcessId[];
    readonly owners: readonly (ProcessId | undefined)[];
  },
): ShardMap {
  const epoch = before.epoch + 1;
  return {
    epoch,
    engines: next.engines,
    frontEnds: next.frontEnds,
    owners: next.owners.map((owner, shard) => {
      const known = before.owners[shard];
      if (owner === undefined || owner === known?.owner) return owner && known;
      return { owner, since: epoch };
    }),
  };
}

/** Undefined for what is no map, or one of a version that this one does not know. */
export function decodeShardMap(text: string): ShardMap | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { v, epoch, engines, frontEnds, owners, since } = json as Record<string, unknown>;
  const engineIds = processIds(engines);
  const frontEndIds = processIds(frontEnds);
  if (v !== 1 || !isCount(epoch) || !engineIds || !frontEndIds) return undefined;
  if (!isPerShard(owners) || !isPerShard(since)) return undefined;
  return {
    epoch,
    engines: engineIds,
    frontEnds: frontEndIds,
    owners: owners.map((position, shard) => {
      const owner = isCount(position) ? engineIds[position] : undefined;
      const sinceEpoch = since[shard];
      return owner && isCount(sinceEpoch) ? { owner, since: sinceEpoch } : undefined;
    }),
  };
}

function processIds(value: unknown): readonly ProcessId[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((text) =>
    typeof text === 'string' ? parseProcessId(text)?.id : undefined,
  );
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function isPerShard(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length === shardCount;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
