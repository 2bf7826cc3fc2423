/**
 * The window of deduplication: divided into periods as long as the window, of which the current and the one before
 * are remembered. An id is known for one to two windows, and nothing has to be looked through to forget the old ones.
 */

/** Which period a time is in. */
export function periodOf(nowMs: number, dedupWindowMs: number): number {
  return Math.floor(nowMs / dedupWindowMs);
}

export class RecentIds {
  readonly #dedupWindowMs: number;
  #period = 0;
  #current = new Set<string>();
  #previous = new Set<string>();

  constructor(dedupWindowMs: number) {
    this.#dedupWindowMs = dedupWindowMs;
  }

  has(id: string, nowMs: number): boolean {
    this.#turnTo(periodOf(nowMs, this.#dedupWindowMs));
    return this.#current.has(id) || this.#previous.has(id);
  }

  add(id: string, nowMs: number): void {
    this.#turnTo(periodOf(nowMs, this.#dedupWindowMs));
    this.#current.add(id);
  }

  #turnTo(period: number): void {
    if (period === this.#period) return;
    this.#previous = period === this.#period + 1 ? this.#current : new Set();
    this.#current = new Set();
    this.#period = period;
  }
}
