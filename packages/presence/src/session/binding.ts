/** Sessions come, take each other's place, and go. */

import { withResource } from '@rollcall/xmpp';
import type { Input } from '../input.ts';
import { closeWithAccount } from '../account/account.ts';
import { isDomain } from '../domain/server-presence.ts';
import { leaveDirected } from '../directed/directed.ts';
import { gone, hold } from '../presence/announce.ts';
import { hide, sessionLost } from '../presence/own-presence.ts';
import { mayBeSeen } from '../presence/watchers.ts';
import { pushAgain } from '../roster/roster-push.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { memoOf, newMemo, sessionFrom } from './memo.ts';
import type { Session } from './session.ts';
import { isSameSession, type SessionRef } from './session-ref.ts';

type Bound = Extract<Input, { kind: 'sessionBound' }>;
type Restored = Extract<Input, { kind: 'sessionRestored' }>;
type Ended = Extract<Input, { kind: 'sessionEnded' }>;

/** The newer of two with one resource stays (RFC 6120 §7.7.2.2): that which was asked for later, whichever comes first. */
export function sessionBound(turn: Turn, { session: ref, resource, askedMs }: Bound): void {
  const { state } = turn;
  if (!state.exists || isDomain(state)) {
    return refuse(turn, ref, 'not-allowed', 'there is no such account');
  }
  const older = state.sessions.get(resource);
  if (older !== undefined && isSameSession(older.ref, ref)) return confirm(turn, older);
  if (older === undefined && state.sessions.size >= state.rules.sessionsPerUser) {
    const text = `up to ${state.rules.sessionsPerUser} resources at a time`;
    return refuse(turn, ref, 'resource-constraint', text);
  }
  if (older !== undefined && isOutdated(older, ref, askedMs)) return close(turn, ref);
  const address = withResource(state.jid, resource);
  // Clocks differ between owners, and the next one tells by this which of the two was the newer.
  const boundAtMs = Math.max(turn.nowMs, (older?.boundAtMs ?? -Infinity) + 1);
  const identity = { ref, resource, address, seq: 0, askedMs: askedMs ?? turn.nowMs };
  const session = sessionFrom(identity, newMemo(boundAtMs));
  if (older === undefined) turn.putSession(session);
  else replace(turn, older, session);
  confirm(turn, turn.state.sessions.get(resource) ?? session);
}

/** What one front-end asks for comes in its order. Of two front-ends the one may get through long after it was asked. */
function isOutdated(present: Session, late: SessionRef, askedMs = Infinity): boolean {
  return present.ref.frontEnd !== late.frontEnd && askedMs < present.askedMs;
}

/**
 * Those who watch are not told that the resource goes and comes: the new session has a while to show itself. Those
 * who were sent directed presence are, since the new session knows nothing of them.
 */
function replace(turn: Turn, older: Session, session: Session): void {
  turn.emit({ kind: 'closeSession', session: older.ref, condition: 'conflict' });
  const stanza = gone(older);
  const stamp = { session: older.ref, seq: older.seq + 1 };
  leaveDirected(turn, older, stanza, stamp);
  if (older.presence !== undefined) hide(turn, older, stanza);
  const { presencePace, probePace } = older;
  const successor = {
    ...session,
    shown: mayBeSeen(older),
    presencePace,
    probePace,
  };
  if (!mayBeSeen(older)) return turn.putSession(successor);
  const untilMs = turn.nowMs + turn.state.rules.replacementGraceMs;
  const { held } = older;
  // The older has not shown itself either: what is seen is the one before it, whose end it is.
  const isOfElder = held !== undefined && !isSameSession(held.stamp.session, older.ref);
  const end = isOfElder ? held : { stanza, stamp, arrival: false };
  hold(turn, successor, { ...end, untilMs });
}

function confirm(turn: Turn, session: Session): void {
  const { ref, resource } = session;
  turn.emit({ kind: 'bound', session: ref, resource, memo: memoOf(session) });
}

function refuse(
  turn: Turn,
  session: SessionRef,
  condition: 'resource-constraint' | 'not-allowed',
  text: string,
): void {
  turn.emit({ kind: 'bindRefused', session, condition, text });
}

/** After a takeover. Nobody is told anything, since nobody has seen anything. */
export function sessionRestored(turn: Turn, restored: Restored): void {
  const { session: ref, resource, seq, memo, askedMs = 0, lossy = false } = restored;
  const { state } = turn;
  const session = sessionFrom(
    { ref, resource, address: withResource(state.jid, resource), seq, askedMs },
    memo,
  );
  if (!state.exists && !awaitsRemoval(state)) {
    turn.putSession(session);
    return closeWithAccount(turn, session);
  }
  const other = state.sessions.get(resource);
  if (other === undefined || isSameSession(other.ref, ref)) {
    turn.putSession(session);
    if (lossy && memo.interested) pushAgain(turn, ref);
    return;
  }
  // Two front-ends announce the same resource: the former owner had closed the older one, which has not heard yet.
  const isNewer = session.boundAtMs > other.boundAtMs;
  close(turn, isNewer ? other.ref : ref);
  if (isNewer) turn.putSession(session);
}

/**
 * The account is gone, but the order to leave everybody has not come yet. It is that which tells those who see the
 * session, so that they hear of its end with that of the subscription.
 */
function awaitsRemoval({ roster }: UserState): boolean {
  return roster.crowd('subscribers').length > 0;
}

function close(turn: Turn, session: SessionRef): void {
  turn.emit({ kind: 'closeSession', session, condition: 'conflict' });
}

export function sessionEnded(turn: Turn, { session: ref, resource, seq }: Ended): void {
  const session = turn.session(resource, ref);
  if (session === undefined) return;
  sessionLost(turn, session, Math.max(seq, session.seq));
}
