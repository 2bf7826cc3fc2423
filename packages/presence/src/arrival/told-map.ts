/**
 * An immutable map for ten thousand entries that come one at a time: cut into buckets by hash, and buckets into shelves,
 * so that adding one copies a few others and not all. Buckets are plain lists, which are copied ten times as fast as
 * maps.
 */

const entriesPerBucket = 8;
const bucketsPerShelf = 32;

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

type Bucket<Value> = readonly Entry<Value>[];

type Shelf<Value> = readonly Bucket<Value>[];

export class ToldMap<Value> {
  readonly size: number;
  /** All are full but where there is only one; the number of buckets is a power of two. */
  readonly #shelves: readonly Shelf<Value>[];

  constructor(shelves: readonly Shelf<Value>[] = [[[]]], size = 0) {
    this.#shelves = shelves;
    this.size = size;
  }

  get(key: string): Value | undefined {
    const bucket = this.#bucketAt(this.#indexOf(key));
    return bucket[placeIn(bucket, key)]?.value;
  }

  with(key: string, value: Value): ToldMap<Value> {
    const index = this.#indexOf(key);
    const bucket = this.#bucketAt(index);
    const place = placeIn(bucket, key);
    if (place >= 0) return this.#with(index, replaced(bucket, place, { key, value }), 0);
    const isFull = this.size >= this.#bucketCount * entriesPerBucket;
    return isFull
      ? this.#doubled().with(key, value)
      : this.#with(index, [...bucket, { key, value }], 1);
  }

  without(key: string): ToldMap<Value> {
    const index = this.#indexOf(key);
    const bucket = this.#bucketAt(index);
    const place = placeIn(bucket, key);
    return place < 0 ? this : this.#with(index, bucket.toSpliced(place, 1), -1);
  }

  get #bucketCount(): number {
    return this.#shelves.length * (this.#shelves[0]?.length ?? 0);
  }

  #indexOf(key: string): number {
    return indexOf(key, this.#bucketCount);
  }

  #bucketAt(index: number): Bucket<Value> {
    return this.#shelves[Math.floor(index / bucketsPerShelf)]?.[index % bucketsPerShelf] ?? [];
  }

  #with(index: number, bucket: Bucket<Value>, added: number): ToldMap<Value> {
    const at = Math.floor(index / bucketsPerShelf);
    const shelf = replaced(this.#shelves[at] ?? [], index % bucketsPerShelf, bucket);
    return new ToldMap(replaced(this.#shelves, at, shelf), this.size + added);
  }

  #doubled(): ToldMap<Value> {
    const count = this.#bucketCount * 2;
    const buckets = Array.from({ length: count }, (): Entry<Value>[] => []);
    for (const bucket of this.#shelves.flat())
      for (const entry of bucket) buckets[indexOf(entry.key, count)]?.push(entry);
    const shelves: Shelf<Value>[] = [];
    for (let first = 0; first < count; first += bucketsPerShelf)
      shelves.push(buckets.slice(first, first + bucketsPerShelf));
    return new ToldMap(shelves, this.size);
  }
}

/** `with` of arrays is several times as slow. */
function replaced<T>(list: readonly T[], index: number, item: T): readonly T[] {
  const copy = list.slice();
  copy[index] = item;
  return copy;
}

function placeIn(bucket: Bucket<unknown>, key: string): number {
  for (let place = 0; place < bucket.length; place++) if (bucket[place]?.key === key) return place;
  return -1;
}

function indexOf(key: string, buckets: number): number {
  if (buckets === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) & (buckets - 1);
}
