/** What has happened since the front-end was made: plain numbers, read when somebody asks. */
export interface Counters {
  connectionsAccepted: number;
  connectionsRefused: number;
  tlsFailures: number;
  loginsSucceeded: number;
  loginsFailed: number;
  /** Turned away unchecked because too many were waiting, or too many had failed from there. */
  loginsShed: number;
  /** The authenticator could not tell. */
  loginsErrored: number;
  accountsRegistered: number;
  sessionsOpened: number;
  sessionsRefused: number;
  sessionsResumed: number;
  /** Lost sessions that nobody came for in time. */
  sessionsExpired: number;
  /** Streams that we ended with an error. */
  streamErrors: number;
  timeouts: number;
  stanzasReceived: number;
  stanzasSent: number;
  /** Of XMPP, before TLS and WebSocket add theirs; clients and components. */
  bytesReceived: number;
  bytesSent: number;
  /** Stanzas of clients that were answered with an error here. */
  stanzaErrors: number;
  /** Presences that never left because a newer one of the same contact came. */
  presencesCoalesced: number;
  /** Clients that were cut off because they did not read. */
  queueOverflows: number;
  /** How often a client that sent too fast was made to wait. */
  pauses: number;
}

export function newCounters(): Counters {
  return {
    connectionsAccepted: 0,
    connectionsRefused: 0,
    tlsFailures: 0,
    loginsSucceeded: 0,
    loginsFailed: 0,
    loginsShed: 0,
    loginsErrored: 0,
    accountsRegistered: 0,
    sessionsOpened: 0,
    sessionsRefused: 0,
    sessionsResumed: 0,
    sessionsExpired: 0,
    streamErrors: 0,
    timeouts: 0,
    stanzasReceived: 0,
    stanzasSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    stanzaErrors: 0,
    presencesCoalesced: 0,
    queueOverflows: 0,
    pauses: 0,
  };
}
