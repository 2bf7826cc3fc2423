// What is durable, as a command or an engine of one process opens it.

import type { Data } from '@rollcall/gateway';

export interface OpenedData extends Data {
  /** Engines of a cluster run, which own the users whose records these are. */
  readonly ownedElsewhere: boolean;
}
