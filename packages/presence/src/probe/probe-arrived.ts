/** Another asks how this user is (RFC 6121 §4.3.2, §4.6.6). */

import { bareOf, isFullJid, resourceOf, type FullJid, type Presence } from '@rollcall/xmpp';
import type { Probe, ProbeAnswer } from '../input.ts';
import {
  isEntitled,
  stampedWithDelay,
  visiblePresence,
  type VisiblePresence,
} from '../presence/visible-presence.ts';
import { isAvailable, mayShow } from '../presence/watchers.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';

export function probeArrived(turn: Turn, probe: Probe): void {
  const { state } = turn;
  // Others hear nothing of a user whose record is damaged: an answer could end subscriptions that are only mislaid.
  if (state.degraded !== undefined) return;
  const outcome = isFullJid(probe.to)
    ? resourcePresence(state, probe, probe.to)
    : visiblePresence(state, probe.from);
  if (isOwed(probe, outcome))
    turn.emit({ kind: 'answerProbe', answer: answerTo(state, probe, outcome) });
}

/** RFC 6121 §4.3.2 rule 3: that an offline user is offline need not be said, unless a client asks. */
function isOwed({ reason }: Probe, { kind }: VisiblePresence): boolean {
  switch (reason) {
    case 'client':
      return true;
    case 'arrival':
      return kind !== 'unavailable';
    case 'approval':
      return kind === 'available';
  }
}

function answerTo({ jid }: UserState, probe: Probe, outcome: VisiblePresence): ProbeAnswer {
  const { from, reason, id } = probe;
  const answer = { to: from, from: jid, reason, outcome };
  return id === undefined ? answer : { ...answer, id };
}

/** The answer for one resource. Whoever was sent directed presence by it may ask whether it is still there. */
function resourcePresence(state: UserState, { from }: Probe, to: FullJid): VisiblePresence {
  const session = state.sessions.get(resourceOf(to) ?? '');
  if (!isEntitled(state, from)) {
    return session !== undefined && wasShownTo(session, from)
      ? { kind: 'available', presences: [{ stanza: minimal(to), stamp: stampOf(session) }] }
      : { kind: 'unsubscribed' };
  }
  if (session !== undefined && isAvailable(session) && mayShow(state, session, from)) {
    return { kind: 'available', presences: [stampedWithDelay(session)] };
  }
  const ofUser = visiblePresence(state, from);
  return ofUser.kind === 'unavailable'
    ? ofUser
    : { kind: 'unavailable', stanza: { ...minimal(to), type: 'unavailable' } };
}

function wasShownTo({ directedTo }: Session, from: Probe['from']): boolean {
  return directedTo.has(from) || directedTo.has(bareOf(from));
}

function stampOf({ ref, seq }: Session) {
  return { session: ref, seq };
}

function minimal(from: FullJid): Presence {
  return { kind: 'presence', from, content: '' };
}
