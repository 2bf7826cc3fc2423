/**
 * When NATS loses what it acknowledged, the stored shard map may be older than one that processes follow already. They
 * take none whose epoch is not higher, so whoever leads goes on from the newest that it knows.
 */
import type { ShardMap } from '../shard/shard-map.ts';
import type { FollowedMap } from './map-follower.ts';

/**
 * The map to go on from, with an epoch that nobody follows a higher one than; undefined where nothing was lost. `epochs`
 * are those that others say they follow.
 */
export function newestOver(
  stored: FollowedMap,
  followed: FollowedMap,
  epochs: readonly number[],
): ShardMap | undefined {
  const highest = Math.max(followed.map.epoch, ...epochs);
  if (stored.map.epoch > highest) return undefined;
  if (followed.map.epoch === highest) {
    // After a loss an epoch may have been given twice.
    const isSame = stored.map.epoch === highest && stored.text === followed.text;
    return isSame ? undefined : followed.map;
  }
  return stored.map.epoch === highest ? undefined : settledAnew(stored.map, highest);
}

/** Who owned what in between is not known here: every shard is given to its owner again, and settles before it speaks. */
function settledAnew(map: ShardMap, epoch: number): ShardMap {
  const since = epoch + 1;
  return { ...map, epoch, owners: map.owners.map((known) => known && { ...known, since }) };
}
