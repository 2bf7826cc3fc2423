/** Bounds on what clients and contacts can make one user's actor hold or do. All of them are configurable. */

import type { PolicyLimits } from './privacy/policy-change.ts';

export interface PresenceRules extends PolicyLimits {
  /** Items that a client may put into the roster. */
  readonly rosterItems: number;
  readonly groupsPerItem: number;
  /** UTF-8 bytes in the name of a contact, a group or a privacy list. */
  readonly nameBytes: number;
  readonly sessionsPerUser: number;
  /** Addresses outside of the roster that one session may show itself to by directed presence. */
  readonly directedTargets: number;
  /** Requests of others that wait for the user's answer. */
  readonly storedRequestsPerUser: number;
  /** Requests of the user's own that wait for others' answers. */
  readonly requestsPerRequester: number;
  /** UTF-16 code units of content that a stanza may have to be stored: requests, notices, the last presence. */
  readonly storedContentLength: number;
  /** Handshakes with one contact that wait for the durable queue. */
  readonly outboxPerContact: number;
  /** Changes of presence that a session may broadcast at once; beyond them only the newest waits its turn. */
  readonly presenceBurst: number;
  readonly presencesPerSecond: number;
  /** The same for probes that a client sends (XEP-0318 §2); beyond them an error. */
  readonly probeBurst: number;
  readonly probesPerSecond: number;
  /** How long after its arrival a session remembers what it was told, so that it is told once. */
  readonly arrivalWindowMs: number;
  /** How long a session that replaces another of its resource may take to show itself before the resource is gone. */
  readonly replacementGraceMs: number;
  /** How long what may be written late stays in memory only. */
  readonly writeBehindMs: number;
  /** Removed contacts that a roster page remembers for clients with an older version (RFC 6121 §2.6). */
  readonly tombstonesPerPage: number;
}

export const defaultRules: PresenceRules = {
  rosterItems: 50_000,
  groupsPerItem: 32,
  nameBytes: 1023,
  sessionsPerUser: 32,
  directedTargets: 2_000,
  storedRequestsPerUser: 500,
  requestsPerRequester: 1_000,
  storedContentLength: 16_384,
  outboxPerContact: 8,
  presenceBurst: 10,
  presencesPerSecond: 2,
  probeBurst: 20,
  probesPerSecond: 2,
  arrivalWindowMs: 10_000,
  replacementGraceMs: 3_000,
  writeBehindMs: 500,
  tombstonesPerPage: 64,
  privacyLists: 10,
  privacyItems: 500,
  blockedItems: 1_000,
};
