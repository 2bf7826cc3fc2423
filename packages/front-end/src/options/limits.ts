/** Every bound at the edge, with its default. The server's configuration takes these schemas over as they are. */
import { z } from 'zod';
import { saslMechanisms } from '../sasl/mechanism.ts';

const count = (standard: number) => z.int().min(1).default(standard);
const bytes = (standard: number) => z.int().min(1024).default(standard);
const duration = (standard: number) => z.int().min(1).max(86_400_000).default(standard);

/** The bounds and their defaults; what a client gets beyond each. */
export const limitsSchema = z.strictObject({
  /** Streams at once, whether logged in or not; beyond it: stream error `resource-constraint`. */
  connections: count(50_000),
  /** Streams at once from one IPv4 address or IPv6 /64; beyond it: stream error `policy-violation`. */
  connectionsPerAddress: count(10_000),
  /** Bound sessions; beyond it binding is refused with `resource-constraint`, type `wait`. */
  sessions: count(50_000),
  /** Logins that are being checked at once. */
  loginsInFlight: count(64),
  /**
   * Logins that wait for that, each address in a line of its own; beyond it: SASL failure `temporary-auth-failure`, for
   * the last of the longest line.
   */
  loginsWaiting: count(4096),
  /** Failed logins on one stream, until it is closed with `policy-violation` (RFC 6120 §6.4.5). */
  failedLoginsPerStream: z.int().min(2).max(5).default(3),
  /** Failed logins from one address; beyond it: `temporary-auth-failure` until a minute has gone by. */
  failedLoginsPerAddressPerMinute: count(120),
  /** In-band registrations from one address; beyond it: `resource-constraint`. */
  registrationsPerAddressPerHour: count(20),
  /** Of one stanza; beyond it: stream error `policy-violation`. */
  stanzaBytesBeforeLogin: bytes(64 * 1024),
  stanzaBytes: bytes(256 * 1024),
  stanzaDepth: count(64),
  childrenPerElement: count(8192),
  attributesPerElement: count(64),
  /** Of one session, as long as its client does not read; beyond them: stream error `resource-constraint`. */
  queueBytes: bytes(4 * 1024 * 1024),
  queueStanzas: count(20_000),
  /** What one client may send for long, and at once; a faster one is read more slowly, nothing is dropped. */
  stanzasPerSecond: count(200),
  stanzaBurst: count(2000),
  /** Sessions whose stream is lost and that wait to be resumed (XEP-0198). */
  detachedSessions: count(10_000),
});

/** All bounds, filled in. */
export type FrontEndLimits = z.infer<typeof limitsSchema>;

/** Which SASL mechanisms may be offered; those that the authenticator cannot carry are left out anyway. */
export const mechanismsSchema = z.array(z.enum(saslMechanisms)).min(1);

/** The durations and their defaults, in milliseconds. */
export const timeoutsSchema = z.strictObject({
  /** From the first byte to a bound session; then: stream error `connection-timeout`. */
  loginMs: duration(30_000),
  /** Without a sign from the client, until it is asked for one. */
  silenceMs: duration(300_000),
  /** What it then has to answer; after that: stream error `connection-timeout`. */
  answerMs: duration(60_000),
  /** Without a word to the client, until white space is sent that keeps middle boxes awake (RFC 6120 §4.6.1). */
  keepAliveMs: duration(120_000),
  /** From our end of a stream until its connection is cut. */
  closeMs: duration(5_000),
  /** How long a lost session waits to be resumed (XEP-0198). */
  resumptionMs: duration(300_000),
});

/** All durations, filled in, in milliseconds. */
export type FrontEndTimeouts = z.infer<typeof timeoutsSchema>;
