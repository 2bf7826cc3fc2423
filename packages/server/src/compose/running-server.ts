// A server that has been started, embedded or as a node of a cluster.

import type { Endpoint } from '../configuration/endpoint.ts';

export interface RunningServer {
  /** Undefined where no streams are held. */
  readonly xmpp?: Endpoint;
  readonly admin: Endpoint;
  /** Ends all streams properly; everyone is told who goes. Resolves within the time of `stopTimeouts`. */
  stop(): Promise<void>;
}

/** Together below the five seconds in which the server promises to end. */
export const stopTimeouts = { sessionsMs: 1_500, streamsMs: 1_500, engineMs: 1_500 };
