/**
 * How a record that is read again stands to what its actor knows of it. `older`: the store has lost what it had
 * acknowledged.
 */
export type Freshness = 'same' | 'newer' | 'older';

type Revisions = ReadonlyMap<string, number>;

/** By the revisions of its keys. The head decides, since parts go when it points to others; pages where it is the same. */
export function freshnessOf(headKey: string, known: Revisions, found: Revisions): Freshness {
  const [was = 0, is = 0] = [known.get(headKey), found.get(headKey)];
  if (was !== is) return is < was ? 'older' : 'newer';
  let freshness: Freshness = known.size === found.size ? 'same' : 'newer';
  for (const [key, revision] of known) {
    const foundRevision = found.get(key) ?? 0;
    if (foundRevision < revision) return 'older';
    if (foundRevision > revision) freshness = 'newer';
  }
  return freshness;
}
