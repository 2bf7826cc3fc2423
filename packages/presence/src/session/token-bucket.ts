/** Lets so many through at once, then so many a second. */

export interface TokenBucket {
  readonly tokens: number;
  /** When that was so, epoch milliseconds. */
  readonly atMs: number;
}

export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/** The bucket with one token less, or when there will be one. A clock that went back gives no tokens and takes none. */
export function takeToken(
  bucket: TokenBucket | undefined,
  { burst, perSecond }: Pace,
  nowMs: number,
): { readonly bucket: TokenBucket } | { readonly notBeforeMs: number } {
  const passedMs = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.atMs);
  const before = bucket?.tokens ?? burst;
  const tokens = Math.min(burst, before + (passedMs * perSecond) / 1000);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs } };
  return { notBeforeMs: nowMs + Math.ceil(((1 - tokens) * 1000) / perSecond) };
}
