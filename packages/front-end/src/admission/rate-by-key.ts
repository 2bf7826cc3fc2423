import { TokenBucket } from './token-bucket.ts';

/** One bucket for each address. Those that are full again are forgotten, so that memory follows the recent ones only. */
export class RateByKey {
  readonly #rate: { readonly perSecond: number; readonly burst: number };
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: { readonly perSecond: number; readonly burst: number }) {
    this.#rate = rate;
  }

  /** Whether there was a token; if so it is taken. */
  take(key: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(this.#rate, nowMs);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(nowMs) === 0;
  }

  isSpent(key: string, nowMs: number): boolean {
    return this.#buckets.get(key)?.isEmpty(nowMs) ?? false;
  }

  forgetIdle(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key);
  }

  get size(): number {
    return this.#buckets.size;
  }
}
