/**
 * How a record that is read again stands to what its actor knows of it.
 */
import { headPlace, type Revisions } from './revisions.ts';

/** `older`: the store has lost what it had acknowledged. */
export type Freshness = 'same' | 'newer' | 'older';

/** By the revisions of its parts. The head decides, since parts go when it points to others; pages where it is the same. */
export function freshnessOf(known: Revisions, found: Revisions): Freshness {
  const [was = 0, is = 0] = [known.get(headPlace), found.get(headPlace)];
  if (was !== is) return is < was ? 'older' : 'newer';
  let freshness: Freshness = known.size === found.size ? 'same' : 'newer';
  for (const [place, revision] of known.entries()) {
    const foundRevision = found.get(place) ?? 0;
    if (foundRevision < revision) return 'older';
    if (foundRevision > revision) freshness = 'newer';
  }
  return freshness;
}
