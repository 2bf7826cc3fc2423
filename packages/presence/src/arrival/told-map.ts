/**
 * An immutable map for ten thousand entries that come one at a time: cut into buckets by hash, so that adding one
 * copies a few others and not all. Buckets are plain lists, which are copied ten times as fast as maps.
 */

const entriesPerBucket = 8;

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

type Bucket<Value> = readonly Entry<Value>[];

export class ToldMap<Value> {
  readonly size: number;
  /** Their number is a power of two. */
  readonly #buckets: readonly Bucket<Value>[];

  constructor(buckets: readonly Bucket<Value>[] = [[]], size = 0) {
    this.#buckets = buckets;
    this.size = size;
  }

  get(key: string): Value | undefined {
    const bucket = this.#bucketOf(key);
    return bucket[placeIn(bucket, key)]?.value;
  }

  with(key: string, value: Value): ToldMap<Value> {
    const bucket = this.#bucketOf(key);
    const place = placeIn(bucket, key);
    if (place >= 0) return this.#with(key, bucket.with(place, { key, value }), 0);
    const isFull = this.size >= this.#buckets.length * entriesPerBucket;
    return isFull
      ? this.#doubled().with(key, value)
      : this.#with(key, [...bucket, { key, value }], 1);
  }

  without(key: string): ToldMap<Value> {
    const bucket = this.#bucketOf(key);
    const place = placeIn(bucket, key);
    return place < 0 ? this : this.#with(key, bucket.toSpliced(place, 1), -1);
  }

  #bucketOf(key: string): Bucket<Value> {
    return this.#buckets[indexOf(key, this.#buckets.length)] ?? [];
  }

  #with(key: string, bucket: Bucket<Value>, added: number): ToldMap<Value> {
    const buckets = this.#buckets.with(indexOf(key, this.#buckets.length), bucket);
    return new ToldMap(buckets, this.size + added);
  }

  #doubled(): ToldMap<Value> {
    const count = this.#buckets.length * 2;
    const buckets = Array.from({ length: count }, (): Entry<Value>[] => []);
    for (const bucket of this.#buckets)
      for (const entry of bucket) buckets[indexOf(entry.key, count)]?.push(entry);
    return new ToldMap(buckets, this.size);
  }
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
