/** The shard map that should be, by who lives and who is to be relieved. */
import { nodeNameOf, type ProcessId } from '../process/process-id.ts';
import { planOwners } from '../shard/plan.ts';
import { mapAfter, type ShardMap } from '../shard/shard-map.ts';
import type { Member } from './member.ts';

/** `draining`: the names of nodes that operators want to be relieved. */
export function nextMap(
  map: ShardMap,
  living: readonly Member[],
  draining: ReadonlySet<string>,
): ShardMap {
  const engines = living.filter(({ engine }) => engine);
  return mapAfter(map, {
    engines: sorted(engines),
    frontEnds: sorted(living.filter(({ frontEnd }) => frontEnd)),
    owners: planOwners({
      owners: map.owners.map((ownership) => ownership?.owner),
      engines: sorted(engines),
      draining: new Set(
        engines
          .filter(({ process, draining: own }) => own || draining.has(nodeNameOf(process)))
          .map(({ process }) => process),
      ),
      mayBalance: engines.every((member) => member.moving === 0 && member.epoch >= map.epoch),
    }),
  });
}

/** All that the next map depends on, to be compared. */
export function sightOf(
  map: ShardMap,
  living: readonly Member[],
  draining: ReadonlySet<string>,
): string {
  const members = living.map((member) => [
    member.process,
    member.engine,
    member.frontEnd,
    member.draining,
    member.moving === 0 && member.epoch >= map.epoch,
  ]);
  return JSON.stringify([map.epoch, members, [...draining]]);
}

export function isSameMap(a: ShardMap, b: ShardMap): boolean {
  return (
    isSameList(a.engines, b.engines) &&
    isSameList(a.frontEnds, b.frontEnds) &&
    isSameList(a.owners, b.owners)
  );
}

function sorted(members: readonly Member[]): readonly ProcessId[] {
  return members.map(({ process }) => process).sort();
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
