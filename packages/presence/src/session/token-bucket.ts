/** Lets so many through at once, then so many a second. */

export interface TokenBucket {
  /** Thousandths of tokens, which are whole numbers: fractions of tokens would never add up to one. */
  readonly milliTokens: number;
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
  const before = bucket?.milliTokens ?? burst * 1000;
  const milliTokens = Math.min(burst * 1000, before + passedMs * perSecond);
  if (milliTokens >= 1000) return { bucket: { milliTokens: milliTokens - 1000, atMs: nowMs } };
  return { notBeforeMs: nowMs + Math.ceil((1000 - milliTokens) / perSecond) };
}
