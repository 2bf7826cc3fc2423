// Counts of values by size, in the manner of HdrHistogram: linear within each power of two, so that the error is a fixed
// share of the value, and a million values cost as much memory as ten.

/** Steps per power of two: no value is off by more than a 64th. */
const steps = 64;
const exponentOfSteps = Math.log2(steps);
const largestValue = 2 ** 32 - 1;
const bucketCount = bucketOf(largestValue) + 1;

export interface HistogramPoint {
  /** The share of values that are not above `value`. */
  readonly share: number;
  readonly value: number;
}

/** Of whole numbers from 0 to 2^32 - 1, in a unit of the caller's; times are kept in microseconds. */
export class Histogram {
  readonly #counts = new Float64Array(bucketCount);
  #count = 0;
  #sum = 0;
  #max = 0;

  record(value: number): void {
    const within = Math.min(Math.max(Math.round(value), 0), largestValue);
    const bucket = bucketOf(within);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sum += within;
    if (within > this.#max) this.#max = within;
  }

  add(other: Histogram): void {
    for (const [bucket, count] of other.#counts.entries())
      if (count > 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
  }

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** 0 when there is nothing. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** The least value that the share (0 to 1) of all values does not exceed; 0 when there is nothing. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank && count > 0) return Math.min(highestIn(bucket), this.#max);
    }
    return 0;
  }

  /** One point for each bucket that holds something, in growing order. */
  points(): readonly HistogramPoint[] {
    const points: HistogramPoint[] = [];
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      if (count === 0) continue;
      seen += count;
      points.push({ share: seen / this.#count, value: Math.min(highestIn(bucket), this.#max) });
    }
    return points;
  }
}

/** Values below two times `steps` have a bucket each; from there on, `steps` buckets for each power of two. */
function bucketOf(value: number): number {
  const exponent = 31 - Math.clz32(value);
  const shift = Math.max(0, exponent - exponentOfSteps);
  return shift * steps + Math.floor(value / 2 ** shift);
}

function highestIn(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / steps) - 1);
  return (bucket - shift * steps + 1) * 2 ** shift - 1;
}
