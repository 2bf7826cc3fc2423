import type { Counters } from './counters.ts';

/** How a front-end is doing: what is now, and the counters since it was made. */
export interface FrontEndStats extends Readonly<Counters> {
  readonly connections: number;
  readonly sessions: number;
  /** Of the sessions, those whose stream is lost and that wait to be resumed. */
  readonly detachedSessions: number;
  /** Of the streams, by the way that they came in. */
  readonly tcpStreams: number;
  readonly tlsStreams: number;
  readonly webSocketStreams: number;
  readonly handedOverStreams: number;
  readonly componentsConnected: number;
  readonly loginsInFlight: number;
  readonly loginsWaiting: number;
  /** What waits for clients to read, over all sessions. */
  readonly queuedStanzas: number;
  readonly queuedBytes: number;
  /** Stanzas that clients were sent and have not acknowledged (XEP-0198). */
  readonly unacknowledgedStanzas: number;
}
