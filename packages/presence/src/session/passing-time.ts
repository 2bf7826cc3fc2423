/** What is done because its time has come. */

import { announceHeld } from '../presence/announce.ts';
import type { Turn } from '../turn.ts';
import type { Session } from './session.ts';

export function timeCame(turn: Turn): void {
  turn.spendAlarm();
  const { nowMs } = turn;
  for (const session of turn.state.sessions.values()) {
    const { held } = session;
    if (held !== undefined && held.untilMs <= nowMs) announceHeld(turn, session);
    closeWindow(turn, turn.state.sessions.get(session.resource) ?? session);
  }
  const { writeByMs } = turn.state;
  if (writeByMs !== undefined && writeByMs <= nowMs) turn.mustSave();
}

function closeWindow(turn: Turn, session: Session): void {
  const { arrival } = session;
  if (arrival !== undefined && arrival.untilMs <= turn.nowMs)
    turn.putSession({ ...session, arrival: undefined });
}
