/** The account as a whole: made, removed, and what is left of it until all contacts know (scenario 30). */

import { publishAgain, withOutgoing } from '../handshake/outbox.ts';
import { leaveDirected } from '../directed/directed.ts';
import { gone } from '../presence/announce.ts';
import { removalOf } from '../roster/removal.ts';
import { emptyRecord } from '../record/record.ts';
import { Roster } from '../roster/roster.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';

export function accountCreated(turn: Turn): void {
  const { leaving, degraded } = turn.state;
  turn.update({ exists: true });
  if (degraded !== undefined) return eraseRecord(turn);
  if (!leaving) return;
  // The cancellations of the former account go on: the new one has no contacts, and neither have they.
  turn.update({ leaving: false });
  turn.markDirty('head');
  turn.mustSave();
}

/** Ends every subscription both ways. The record is emptied when the durable queue has all of the cancellations. */
export function accountRemoved(turn: Turn): void {
  const { degraded, roster } = turn.state;
  if (degraded !== undefined || roster.clock === 0) eraseRecord(turn);
  else cancelAll(turn);
  closeSessions(turn);
  turn.update({ exists: false });
  emptyIfDone(turn);
  publishAgain(turn);
}

function cancelAll(turn: Turn): void {
  const { jid: user, roster } = turn.state;
  let number = turn.tick();
  const changes = [...roster.entries()].map((contact) => {
    const { after, outgoing } = removalOf(turn.state, contact);
    const entry = withOutgoing(user, after, outgoing, { first: number, mayRepeat: false });
    number += outgoing.length;
    return { entry };
  });
  turn.changeRoster(changes, number);
  turn.update({ policy: emptyRecord.policy, lastPresence: undefined, leaving: true });
  turn.markDirty('head');
  turn.mustSave();
}

function closeSessions(turn: Turn): void {
  for (const session of turn.state.sessions.values()) closeWithAccount(turn, session);
}

/** Watchers are told by the cancellations, in order; only those of directed presence are told here. */
export function closeWithAccount(turn: Turn, session: Session): void {
  leaveDirected(turn, session, gone(session), { session: session.ref, seq: session.seq + 1 });
  turn.emit({ kind: 'closeSession', session: session.ref, condition: 'not-authorized' });
  turn.removeSession(session.resource);
}

export function emptyIfDone(turn: Turn): void {
  const { leaving, roster } = turn.state;
  if (leaving && roster.list('unsettled').length === 0) emptyRecordOf(turn);
}

/**
 * Only how far it has counted stays. Contacts take what has no higher number than what they heard before for a
 * repetition, and so they would take the requests of a new account of that name whose owner has a slower clock.
 */
function emptyRecordOf(turn: Turn): void {
  turn.update({ ...emptyRecord, roster: Roster.empty.startingAt(turn.tick()) });
  turn.markDirty('head');
  turn.mustSave();
}

function eraseRecord(turn: Turn): void {
  turn.update({ ...emptyRecord, degraded: undefined });
  turn.erase();
}
