// The numbers that bound what clients, contacts and a busy day can make the server hold or do. The defaults are those of
// the packages that they belong to; a number that one of them adds has to be given a line here to compile.

import { z } from 'zod';
import { defaultClusterLimits, type ClusterLimits } from '@rollcall/cluster';
import {
  limitsSchema,
  timeoutsSchema,
  type FrontEndLimits,
  type FrontEndTimeouts,
} from '@rollcall/front-end';
import { defaultRules, type PresenceRules } from '@rollcall/presence';
import { wholeNumber } from './setting.ts';

type Summaries<Numbers> = Readonly<Record<keyof Numbers & string, string>>;

const edgeSummaries: Summaries<FrontEndLimits> = {
  connections: 'Streams at once, logged in or not',
  connectionsPerAddress: 'Streams at once from one address',
  sessions: 'Sessions at once',
  loginsInFlight: 'Logins that are checked at once',
  loginsWaiting: 'Logins that wait for that; more are told to come back later',
  failedLoginsPerStream: 'Failed logins before a stream is closed',
  failedLoginsPerAddressPerMinute: 'Failed logins from one address in a minute',
  registrationsPerAddressPerHour: 'Accounts that one address may register in an hour',
  stanzaBytesBeforeLogin: 'Bytes in one stanza before login',
  stanzaBytes: 'Bytes in one stanza',
  stanzaDepth: 'Elements within elements in one stanza',
  childrenPerElement: 'Children of one element',
  attributesPerElement: 'Attributes of one element',
  queueBytes: 'Bytes that wait for one client to read, before it is disconnected',
  queueStanzas: 'Stanzas that wait for one client to read, before it is disconnected',
  stanzasPerSecond: 'Stanzas that one client may send for long; a faster one is read more slowly',
  stanzaBurst: 'Stanzas that one client may send at once',
  detachedSessions: 'Sessions without a stream that wait to be resumed (XEP-0198)',
};

const timeoutSummaries: Summaries<FrontEndTimeouts> = {
  loginMs: 'From connecting to a bound session',
  silenceMs: 'Silence of a client before it is asked for a sign of life',
  answerMs: 'What it then has to give one',
  keepAliveMs: 'Silence of the server before it sends white space',
  closeMs: 'From our end of a stream until its connection is cut',
  resumptionMs: 'How long a lost session waits to be resumed (XEP-0198)',
};

const userSummaries: Summaries<PresenceRules> = {
  rosterItems: 'Items in one roster',
  groupsPerItem: 'Groups of one roster item',
  nameBytes: 'Bytes in the name of a contact, a group or a privacy list',
  sessionsPerUser: 'Sessions of one user',
  directedTargets: 'Addresses that one session may show itself to by directed presence',
  storedRequestsPerUser: 'Subscription requests that wait for one user to answer',
  requestsPerRequester: 'Subscription requests of one user that wait for others to answer',
  storedContentLength: 'Characters in the content of a stanza that has to be stored',
  outboxPerContact: 'Handshakes with one contact that wait for the durable queue',
  presenceBurst: 'Changes of presence that a session may broadcast at once',
  presencesPerSecond: 'Changes of presence that a session may broadcast for long',
  probeBurst: 'Probes that a client may send at once (XEP-0318)',
  probesPerSecond: 'Probes that a client may send for long',
  arrivalWindowMs: 'How long a new session remembers what it was told, so that it is told once',
  replacementGraceMs: 'How long a session that replaces another may take to show itself',
  writeBehindMs: 'How long what may be written late stays in memory only',
  tombstonesPerPage: 'Removed contacts that a roster page remembers for roster versions',
  privacyLists: 'Privacy lists of one user',
  privacyItems: 'Items of one privacy list',
  blockedItems: 'Addresses in one block list',
};

const engineSummaries: Summaries<ClusterLimits> = {
  mailboxLimit: 'Inputs that wait at one user, besides presence',
  presenceLimit: 'Contacts whose presence waits at one user',
  passivateAfterMs: 'Idle time before a user without sessions leaves memory',
  idleAfterMs: 'Idle time before what is only in memory of a user is written',
  unacknowledgedPerSession: 'Stanzas of one session that are not dealt with yet',
  requestTimeoutMs: "How long a client's request waits before it is answered by a wait error",
  bindTimeoutMs: 'How long a new session waits for its user',
  recipientsPerTurn: 'Recipients of a broadcast served in one go, before others have their turn',
  hearersKept:
    'Recipients of those who speak often who are kept on lists, so that they need not be looked up',
  saveAttempts: 'Decisions made anew because a record had changed',
  saveTimeoutMs: 'How long a save that fails is tried again',
  retryMinMs: 'Wait before what failed is tried again',
  retryMaxMs: 'Longest such wait',
  handshakesInFlight: 'Handshakes of one shard that are dealt with at once',
  handshakeAckWaitMs: 'When the durable queue delivers a handshake again',
  handshakeAttempts: 'Deliveries before a handshake that fails is set aside',
  waitingPerShard: 'Envelopes that wait for a shard between two owners',
  recentSpeakers: 'Sessions whose last broadcast is remembered, to be said again if an owner dies',
  wakingAtOnce: 'Users woken at once for their unfinished handshakes at the start',
  intakesOpenedAtOnce: 'Shards whose handshakes a new owner begins to take at once',
};

export const edgeLimits = numbers(edgeSummaries, (key) => boundsIn(limitsSchema.shape[key]));
export const timeouts = numbers(timeoutSummaries, (key) => boundsIn(timeoutsSchema.shape[key]));
export const userLimits = numbers(userSummaries, (key) => defaultOnly(defaultRules[key]));
export const engineLimits = numbers(engineSummaries, (key) =>
  defaultOnly(defaultClusterLimits[key]),
);

interface NumberFacts {
  readonly from: number;
  readonly to: number;
  readonly default: number;
}

function defaultOnly(standard: number): NumberFacts {
  return { from: 1, to: 1_000_000_000, default: standard };
}

function boundsIn({ def }: z.ZodDefault<z.ZodNumber>): NumberFacts {
  const { minValue, maxValue } = def.innerType;
  return {
    from: minValue ?? 1,
    to: Math.min(maxValue ?? Infinity, 1_000_000_000),
    default: def.defaultValue,
  };
}

function numbers<Key extends string>(
  summaries: Readonly<Record<Key, string>>,
  factsOf: (key: Key) => NumberFacts,
) {
  const shape = {} as Record<Key, ReturnType<typeof wholeNumber>>;
  for (const key of Object.keys(summaries) as Key[]) {
    const { default: standard, ...bounds } = factsOf(key);
    shape[key] = wholeNumber(standard, bounds, { summary: summaries[key] });
  }
  return z.strictObject(shape);
}
