/** All that one user's actor knows. Immutable: every change makes a new one and shares the rest. */

import type { BareJid, Jid, Parsed } from '@rollcall/xmpp';
import type { PartyView } from './privacy/privacy-list.ts';
import { emptyRecord, layoutOf, type UserRecord } from './record/record.ts';
import type { RecordPart } from './record/part.ts';
import { partyOf as partyInRoster } from './roster/party.ts';
import type { PresenceRules } from './rules.ts';
import type { Session } from './session/session.ts';

export interface UserState extends UserRecord {
  readonly jid: BareJid;
  /** Whether there is an account, or a domain. Others cannot tell whether there is: the answers are those of a stranger. */
  readonly exists: boolean;
  /** Set for a domain, which has presence but no clients: when it came up, epoch milliseconds. */
  readonly upSinceMs: number | undefined;
  readonly rules: PresenceRules;
  /** By resource. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** Parts of the record that are not as they are stored. */
  readonly dirty: ReadonlySet<RecordPart>;
  /** When what is dirty is to be written at the latest. */
  readonly writeByMs: number | undefined;
  /** Number of the last handshake of those heard of late: also of those that left nothing to be stored. */
  readonly heard: ReadonlyMap<BareJid, number>;
  /** Deliveries to be acknowledged once the answer to them is in the durable queue: its id, the delivery. */
  readonly awaitingReply: ReadonlyMap<string, string>;
  /** What is wrong with the stored record. The user is told so, others hear nothing (scenario 32). */
  readonly degraded: string | undefined;
}

export interface UserOptions {
  readonly jid: BareJid;
  readonly exists: boolean;
  readonly rules: PresenceRules;
  /** For a served domain or a component's, which then exists: when it came up, epoch milliseconds. */
  readonly upSinceMs?: number | undefined;
}

/** Empty collections are shared: nearly all users have nothing there, nearly all the time. */
export const noSessions: UserState['sessions'] = new Map();
const noneHeard: UserState['heard'] = new Map();
const noneAwaited: UserState['awaitingReply'] = new Map();
export const clean: ReadonlySet<never> = new Set();

/** A user without a record and without sessions. */
export function emptyState({ jid, exists, rules, upSinceMs }: UserOptions): UserState {
  return {
    ...emptyRecord,
    jid,
    exists: exists || upSinceMs !== undefined,
    upSinceMs,
    rules,
    sessions: noSessions,
    dirty: clean,
    writeByMs: undefined,
    heard: noneHeard,
    awaitingReply: noneAwaited,
    degraded: undefined,
  };
}

/** Field by field, since a spread of so many costs three times as much; it is the commonest change of all. */
export function withSessions(state: UserState, sessions: ReadonlyMap<string, Session>): UserState {
  return {
    roster: state.roster,
    policy: state.policy,
    lastPresence: state.lastPresence,
    leaving: state.leaving,
    jid: state.jid,
    exists: state.exists,
    upSinceMs: state.upSinceMs,
    rules: state.rules,
    sessions,
    dirty: state.dirty,
    writeByMs: state.writeByMs,
    heard: state.heard,
    awaitingReply: state.awaitingReply,
    degraded: state.degraded,
  };
}

/** The state on a record that was read anew: the sessions stay, what had not been saved is gone. */
export function adoptRecord(state: UserState, record: Parsed<UserRecord>): UserState {
  const saved = { ...state, dirty: clean, writeByMs: undefined };
  return record.ok
    ? { ...saved, ...record.value, degraded: undefined }
    : { ...saved, ...emptyRecord, degraded: record.problem };
}

/** Nothing of the record is stored as it is: the next save writes all of it. */
export function asUnsaved(state: UserState): UserState {
  return { ...state, dirty: new Set<RecordPart>([...layoutOf(state).pages, 'head']) };
}

export function isDirty({ dirty }: UserState): boolean {
  return dirty.size > 0;
}

export function partyOf({ roster }: UserState, jid: Jid): PartyView {
  return partyInRoster(roster, jid);
}
