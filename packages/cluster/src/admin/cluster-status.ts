/** The cluster as an operator sees it, read from its coordination service: no node need be asked. */
import type { Coordination } from '../coordination/coordination.ts';
import { drainKeyPrefix, leaderKey, mapKey, nodeKeyPrefix } from '../membership/keys.ts';
import { decodeMember, type Member } from '../membership/member.ts';
import { nodeNameOf, parseProcessId, type ProcessId } from '../process/process-id.ts';
import { decodeShardMap, membersOf, noMap, type ShardMap } from '../shard/shard-map.ts';

export interface NodeStatus extends Member {
  readonly name: string;
  readonly incarnation: number;
  /** Shards that the map gives it. */
  readonly owned: number;
  /** Part of the map; otherwise it has just come, or is about to be forgotten. */
  readonly listed: boolean;
  /** An operator wants it to give up its shards. */
  readonly drainRequested: boolean;
}

export interface ClusterStatus {
  /** Of the shard map; 0 before there is one. */
  readonly epoch: number;
  readonly leader: ProcessId | undefined;
  /** By name. Those whose lease has run out are not among them. */
  readonly nodes: readonly NodeStatus[];
  /** Processes of the map whose lease has run out. */
  readonly silent: readonly ProcessId[];
  readonly shardsWithoutOwner: number;
}

/** Rejects with `CoordinationError`. */
export async function clusterStatus({ leases, facts }: Coordination): Promise<ClusterStatus> {
  const [held, mapEntry, known] = await Promise.all([
    leases.entries(),
    facts.read(mapKey),
    facts.entries(),
  ]);
  const map = (mapEntry && decodeShardMap(mapEntry.value)) ?? noMap;
  const drains = new Set(
    known.map(({ key }) => key).filter((key) => key.startsWith(drainKeyPrefix)),
  );
  const members = held
    .filter(({ key }) => key.startsWith(nodeKeyPrefix))
    .flatMap(({ value }) => decodeMember(value) ?? []);
  const nodes = members.map((member) => statusOf(member, map, drains));
  const living = new Set(members.map(({ process }) => process));
  return {
    epoch: map.epoch,
    leader: leaderIn(held.find(({ key }) => key === leaderKey)?.value),
    nodes: nodes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    silent: [...membersOf(map)].filter((process) => !living.has(process)),
    shardsWithoutOwner: map.owners.filter((ownership) => ownership === undefined).length,
  };
}

function statusOf(member: Member, map: ShardMap, drains: ReadonlySet<string>): NodeStatus {
  const { process } = member;
  const name = nodeNameOf(process);
  return {
    ...member,
    name,
    incarnation: parseProcessId(process)?.incarnation ?? 0,
    owned: map.owners.filter((ownership) => ownership?.owner === process).length,
    listed: membersOf(map).has(process),
    drainRequested: drains.has(drainKeyPrefix + name),
  };
}

function leaderIn(lease: string | undefined): ProcessId | undefined {
  if (lease === undefined) return undefined;
  try {
    const { process } = JSON.parse(lease) as { readonly process?: unknown };
    return typeof process === 'string' ? parseProcessId(process)?.id : undefined;
  } catch {
    return undefined;
  }
}
