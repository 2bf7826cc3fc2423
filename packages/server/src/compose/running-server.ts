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
  /** Ends all streams properly; everyone is told who goes. Resolves within the time of `stopTimeouts`. */
  stop(): Promise<void>;
}

/** Together below the five seconds in which the server promises to end. */
export const stopTimeouts = { sessionsMs: 1_500, streamsMs: 1_500, engineMs: 1_500 };
