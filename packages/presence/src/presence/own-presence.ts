/** The client's own availability: presence without `to` (RFC 6121 §4.2, §4.4, §4.5). */

import { readPresence, type Presence } from '@rollcall/xmpp';
import { openWindow } from '../arrival/arrival-window.ts';
import { leaveDirected } from '../directed/directed.ts';
import type { Session } from '../session/session.ts';
import type { PresenceStamp } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';
import { announce, announceHeld, gone, tellAll } from './announce.ts';
import { availableSessions } from './watchers.ts';
import { welcome } from './welcome.ts';

/** `session` has the number of the stanza already. */
export function presenceSent(turn: Turn, session: Session, stanza: Presence): void {
  const stamp = { session: session.ref, seq: session.seq };
  if (stanza.type === 'unavailable') becomeUnavailable(turn, session, stanza, stamp);
  else becomeAvailable(turn, session, stanza, stamp);
}

function becomeAvailable(
  turn: Turn,
  session: Session,
  stanza: Presence,
  stamp: PresenceStamp,
): void {
  const isArrival = session.presence === undefined;
  const { priority } = readPresence(stanza.content);
  const available = {
    ...session,
    presence: { stanza, priority, stamp, sinceMs: turn.nowMs },
    arrival: isArrival
      ? openWindow(turn.nowMs + turn.state.rules.arrivalWindowMs)
      : session.arrival,
  };
  turn.putSession(available);
  announce(turn, available, { stanza, stamp, arrival: isArrival });
  if (isArrival) welcome(turn, available);
}

function becomeUnavailable(
  turn: Turn,
  session: Session,
  stanza: Presence,
  stamp: PresenceStamp,
): void {
  leaveDirected(turn, session, stanza, stamp);
  if (session.presence === undefined) return;
  const hidden = hide(turn, session, stanza);
  announce(turn, hidden, { stanza, stamp, arrival: false });
}

/** The stream is gone without a word: the session goes, and all who believe it available are told at once. */
export function sessionLost(turn: Turn, session: Session, seq: number): void {
  const stanza = gone(session);
  const stamp = { session: session.ref, seq };
  leaveDirected(turn, session, stanza, stamp);
  if (session.presence === undefined) announceHeld(turn, session);
  turn.removeSession(session.resource);
  if (session.presence === undefined) return;
  keepLast(turn, session, stanza);
  tellAll(turn, session, { stanza, stamp, arrival: false });
}

const noTargets: ReadonlySet<never> = new Set();

/** The session without its presence. */
export function hide(turn: Turn, session: Session, stanza: Presence): Session {
  const hidden: Session = {
    ...session,
    presence: undefined,
    arrival: undefined,
    parting: undefined,
    directedTo: noTargets,
  };
  turn.putSession(hidden);
  keepLast(turn, session, stanza);
  return hidden;
}

/** What the last resource says when it goes is kept (XEP-0318 §3.1). */
function keepLast(turn: Turn, session: Session, { content, lang }: Presence): void {
  if (availableSessions(turn.state).length > 0) return;
  const { activeList, address } = session;
  turn.leaveBehind({
    from: address,
    content: content.length > turn.state.rules.storedContentLength ? '' : content,
    atMs: turn.nowMs,
    ...(lang === undefined ? {} : { lang }),
    ...(activeList === undefined ? {} : { activeList }),
  });
}
