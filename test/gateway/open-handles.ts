// What keeps this process alive: sockets, listeners, pipes, timers.

type Handles = ReadonlyMap<string, number>;

export function openHandles(): Handles {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (/TCP|Pipe|Timeout|Process/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** What there is more of than there was, in words; a socket that somebody else has closed meanwhile counts nothing. */
export function leftSince(before: Handles): readonly string[] {
  return [...openHandles()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 ? [`${more} ${kind}`] : [];
  });
}
