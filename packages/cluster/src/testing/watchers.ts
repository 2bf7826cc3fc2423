/** What clients have seen of each other, read from what they received: for tests that hold a cluster to its promises. */
import type { TestClient } from './test-client.ts';

/** One thing that a watcher was shown of one session. */
export interface Sight {
  readonly from: string;
  /** The number in its status; undefined for the end. */
  readonly change: number | undefined;
}

/** All presence of others that the client has received since the last time, in order. */
export function sightsOf(client: TestClient): readonly Sight[] {
  const own = client.address.slice(0, client.address.indexOf('/'));
  return client.take().flatMap((text): readonly Sight[] => {
    const from = /^<presence[^>]* from='([^']*)'/.exec(text)?.[1];
    if (from === undefined || from.startsWith(`${own}/`) || !from.includes('/')) return [];
    if (text.includes("type='unavailable'")) return [{ from, change: undefined }];
    const change = /<status>(\d+)<\/status>/.exec(text)?.[1];
    return [{ from, change: change === undefined ? 0 : Number(change) }];
  });
}

/** In the order of being seen, what was seen of each session: numbers, and `gone`. */
export function bySession(
  sights: readonly Sight[],
): ReadonlyMap<string, readonly (number | 'gone')[]> {
  const seen = new Map<string, (number | 'gone')[]>();
  for (const { from, change } of sights) {
    const changes = seen.get(from);
    if (changes === undefined) seen.set(from, [change ?? 'gone']);
    else changes.push(change ?? 'gone');
  }
  return seen;
}
