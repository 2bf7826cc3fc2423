/**
 * Who is in the cluster and who owns which shard: one document, written by the leader with compare-and-set. Its epoch
 * grows with every change and orders everything that depends on it.
 */
import { parseProcessId, partsOf, type ProcessId } from '../process/process-id.ts';
import { shardCount } from './shard-of.ts';

export interface Ownership {
  readonly owner: ProcessId;
  /**
   * The epoch at which the shard was given to it. Whoever has missed maps in between sees by it that the shard was
   * somebody else's meanwhile.
   */
  readonly since: number;
}

/** Names of nodes that are not in the cluster, with the last life of each that was. */
export type Fenced = Readonly<Record<string, number>>;

export interface ShardMap {
  /** From 1. */
  readonly epoch: number;
  readonly engines: readonly ProcessId[];
  readonly frontEnds: readonly ProcessId[];
  /**
   * Who was declared dead stays so, even if it lives: it has to begin another life. By name of the node, its last
   * incarnation that is dead.
   */
  readonly fenced: Fenced;
  /** By shard; undefined while there is no engine. */
  readonly owners: readonly (Ownership | undefined)[];
}

/** Before anyone is there. */
export const noMap: ShardMap = {
  epoch: 0,
  engines: [],
  frontEnds: [],
  fenced: {},
  owners: Array.from({ length: shardCount }, () => undefined),
};

export function membersOf({ engines, frontEnds }: ShardMap): ReadonlySet<ProcessId> {
  return new Set([...engines, ...frontEnds]);
}

/** Whether that life of a node is over by the map, whatever it says itself. */
export function isFenced(map: ShardMap, process: ProcessId): boolean {
  const { name, incarnation } = partsOf(process);
  const isOutlived = [...membersOf(map)].some((member) => {
    const other = partsOf(member);
    return other.name === name && other.incarnation > incarnation;
  });
  return isOutlived || incarnation <= (map.fenced[name] ?? 0);
}

export function encodeShardMap({ epoch, engines, frontEnds, fenced, owners }: ShardMap): string {
  const index = new Map(engines.map((engine, position) => [engine, position]));
  return JSON.stringify({
    v: 1,
    epoch,
    engines,
    frontEnds,
    fenced,
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
    fenced: fencedAfter(before, [...next.engines, ...next.frontEnds]),
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
  const { v, epoch, engines, frontEnds, fenced, owners, since } = json as Record<string, unknown>;
  const engineIds = processIds(engines);
  const frontEndIds = processIds(frontEnds);
  if (v !== 1 || !isCount(epoch) || !engineIds || !frontEndIds) return undefined;
  if (!isPerShard(owners) || !isPerShard(since)) return undefined;
  return {
    epoch,
    engines: engineIds,
    frontEnds: frontEndIds,
    fenced: fencedIn(fenced),
    owners: owners.map((position, shard) => {
      const owner = isCount(position) ? engineIds[position] : undefined;
      const sinceEpoch = since[shard];
      return owner && isCount(sinceEpoch) ? { owner, since: sinceEpoch } : undefined;
    }),
  };
}

/** Nodes that were stopped for good are forgotten at last. */
const fencedNames = 1_000;

function fencedAfter(before: ShardMap, members: readonly ProcessId[]): Fenced {
  const present = new Set(members.map((member) => partsOf(member).name));
  const fenced = new Map(Object.entries(before.fenced));
  for (const { name, incarnation } of [...membersOf(before)].map(partsOf)) {
    fenced.delete(name);
    fenced.set(name, incarnation);
  }
  const absent = [...fenced].filter(([name]) => !present.has(name));
  return Object.fromEntries(absent.slice(-fencedNames));
}

function fencedIn(value: unknown): Fenced {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => isCount(entry[1])),
  );
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
