import type { Histogram } from './histogram.ts';
import type { Tally } from './ledger.ts';
import type { Spent } from './measurement.ts';

export interface Operation {
  readonly singular: string;
  readonly plural: string;
}

/** One measured stretch of a scenario. */
export interface Phase {
  /** One word, a column's heading. */
  readonly name: string;
  /** What the server was made to do, and how often. */
  readonly operation: Operation;
  readonly operations: number;
  /** Whether it is the deliveries that the server was busy with, rather than the operations around them. */
  readonly isDelivery: boolean;
  readonly tally: Tally;
  readonly spent: Spent;
  /** In µs. */
  readonly latency?: Histogram | undefined;
  /** From what to what the latency is. */
  readonly latencyLabel: string;
}
