// Every shard map that a cluster had while one looked on: who owned what, and what moved from whom to whom.

import {
  decodeShardMap,
  mapKey,
  nodeNameOf,
  type ProcessId,
  type ShardMap,
} from '@rollcall/cluster';
import { connectNats, findNatsCoordination } from '@rollcall/nats';
import { pino } from 'pino';

export interface Move {
  readonly shard: number;
  /** Names of nodes. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface ShardMaps {
  readonly newest: ShardMap;
  /** Reads it by its key, where a watch might be silent; the newest that is known where nothing answers. */
  look(): Promise<ShardMap>;
  /** From the first map that was seen to the newest, each step by itself. */
  moves(): readonly Move[];
  close(): Promise<void>;
}

export async function watchShardMaps(urls: readonly string[]): Promise<ShardMaps> {
  const silent = pino({ level: 'silent' });
  const link = await connectNats({ urls: [...urls], connectionName: 'watches the map' }, silent);
  const coordination = await findNatsCoordination(link);
  const first = await coordination?.facts.read(mapKey);
  const maps = [read(first?.value)];
  const note = (value: string | undefined) => {
    const map = read(value);
    if (map.epoch > newestOf(maps).epoch) maps.push(map);
  };
  await coordination?.facts.watch(({ key, value }) => {
    if (key === mapKey) note(value);
  });
  return {
    get newest() {
      return newestOf(maps);
    },
    async look() {
      const there = await coordination?.facts.read(mapKey).catch(() => undefined);
      if (there !== undefined) note(there.value);
      return newestOf(maps);
    },
    moves: () => maps.slice(1).flatMap((map, step) => movesBetween(maps[step] ?? map, map)),
    close: () => link.connection.close(),
  };
}

/** How many shards each engine of the map owns, by the name of its node. */
export function shardsByNode({ engines, owners }: ShardMap): Readonly<Record<string, number>> {
  const owned = (engine: ProcessId) =>
    owners.filter((ownership) => ownership?.owner === engine).length;
  return Object.fromEntries(engines.map((engine) => [nodeNameOf(engine), owned(engine)]));
}

function movesBetween(before: ShardMap, after: ShardMap): readonly Move[] {
  const nodeOf = (map: ShardMap, shard: number) => {
    const owner = map.owners[shard]?.owner;
    return owner === undefined ? undefined : nodeNameOf(owner);
  };
  return after.owners.flatMap((_, shard) => {
    const [from, to] = [nodeOf(before, shard), nodeOf(after, shard)];
    return before.owners[shard]?.owner === after.owners[shard]?.owner ? [] : [{ shard, from, to }];
  });
}

function read(text: string | undefined): ShardMap {
  const map = text === undefined ? undefined : decodeShardMap(text);
  if (map === undefined) throw new Error(`no shard map: ${text ?? 'there is none'}`);
  return map;
}

function newestOf(maps: readonly ShardMap[]): ShardMap {
  const map = maps.at(-1);
  if (map === undefined) throw new Error('no shard map was seen');
  return map;
}
