/**
 * Who is in the cluster and who owns which shard: one document, written by the leader with compare-and-set. Its epoch
 * grows with every change and orders everything that depends on it.
 */
import { parseProcessId, type ProcessId } from '../process/process-id.ts';
import { shardCount } from './shard-of.ts';

export interface ShardMap {
  /** From 1. */
  readonly epoch: number;
  readonly engines: readonly ProcessId[];
  readonly frontEnds: readonly ProcessId[];
  /** By shard; undefined while there is no engine. */
  readonly owners: readonly (ProcessId | undefined)[];
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
  const numbers = owners.map((owner) => (owner === undefined ? -1 : (index.get(owner) ?? -1)));
  return JSON.stringify({ v: 1, epoch, engines, frontEnds, owners: numbers });
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
  const { v, epoch, engines, frontEnds, owners } = json as Record<string, unknown>;
  const engineIds = processIds(engines);
  const frontEndIds = processIds(frontEnds);
  if (v !== 1 || !isCount(epoch) || !engineIds || !frontEndIds) return undefined;
  if (!Array.isArray(owners) || owners.length !== shardCount) return undefined;
  return {
    epoch,
    engines: engineIds,
    frontEnds: frontEndIds,
    owners: owners.map((position) => (isCount(position) ? engineIds[position] : undefined)),
  };
}

function processIds(value: unknown): readonly ProcessId[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((text) =>
    typeof text === 'string' ? parseProcessId(text)?.id : undefined,
  );
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
