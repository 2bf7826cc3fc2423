/**
 * An immutable map for ten thousand entries that come one at a time: cut into buckets by hash, so that adding one
 * copies a few others and not all.
 */

const entriesPerBucket = 16;

type Bucket<Value> = ReadonlyMap<string, Value>;

export class ToldMap<Value> {
  readonly size: number;
  /** Their number is a power of two. */
  readonly #buckets: readonly Bucket<Value>[];

  constructor(buckets: readonly Bucket<Value>[] = [new Map()], size = 0) {
    this.#buckets = buckets;
    this.size = size;
  }

  get(key: string): Value | undefined {
    return this.#buckets[bucketOf(key, this.#buckets.length)]?.get(key);
  }

  with(key: string, value: Value): ToldMap<Value> {
    const buckets =
      this.size >= this.#buckets.length * entriesPerBucket ? this.#doubled() : [...this.#buckets];
    const index = bucketOf(key, buckets.length);
    const bucket = new Map(buckets[index]).set(key, value);
    const added = bucket.size - (buckets[index]?.size ?? 0);
    buckets[index] = bucket;
    return new ToldMap(buckets, this.size + added);
  }

  without(key: string): ToldMap<Value> {
    const index = bucketOf(key, this.#buckets.length);
    const bucket = new Map(this.#buckets[index]);
    if (!bucket.delete(key)) return this;
    return new ToldMap(this.#buckets.with(index, bucket), this.size - 1);
  }

  #doubled(): Bucket<Value>[] {
    const count = this.#buckets.length * 2;
    const buckets = Array.from({ length: count }, () => new Map<string, Value>());
    for (const bucket of this.#buckets) {
      for (const [key, value] of bucket) buckets[bucketOf(key, count)]?.set(key, value);
    }
    return buckets;
  }
}

function bucketOf(key: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) & (buckets - 1);
}
