// A server that has been started, embedded or as a node of a cluster.

import type { Endpoint } from '../configuration/endpoint.ts';

/** Where it listens in fact; an engine without a front-end nowhere. */
export interface Listening {
  readonly xmpp?: Endpoint;
  readonly webSocket?: Endpoint;
  readonly directTls?: Endpoint;
  readonly component?: Endpoint;
}

export interface RunningServer {
  readonly listening: Listening;
  readonly admin: Endpoint;
  /**
   * Ends all streams properly; everyone is told who goes. Resolves within `stopTimeoutMs`, with the names of the parts
   * that could not be ended in that time.
   */
  stop(): Promise<readonly string[]>;
}

/** What each may take of the time that is left when its turn comes. */
export const stopShares = { sessions: 0.3, streams: 0.4, engine: 0.85 };
