// What is measured: a server, where it listens, who can log in, and which processes it is.

import type { Endpoint } from '../client/endpoint.ts';
import type { Mechanism } from '../client/negotiation.ts';
import type { Observed } from '../measure/server-probe.ts';
import type { Population } from '../population/population.ts';
import type { Accounts } from './accounts.ts';

export interface Target extends Observed {
  /** As a table's heading: `rollcall`, `prosody (lean)`. */
  readonly name: string;
  readonly version: string;
  /** Clients are spread over them by turns. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  readonly accounts: Accounts;
  readonly mechanism: Mechanism;
  /** `raw`: sockets alone; what is written to one is written to all others as it is. */
  readonly protocol: 'xmpp' | 'raw';
  /** Of a cluster, those that can be killed. */
  readonly nodes?: readonly TargetNode[];
  /** Ends what was started for it. */
  stop(): Promise<void>;
}

/** One process of a cluster. */
export interface TargetNode {
  readonly name: string;
  readonly role: string;
  readonly pid: number;
  /** As a power cut would; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A way to have a target with these accounts and rosters. */
export interface TargetSource {
  readonly name: string;
  open(population: Population): Promise<Target>;
}
