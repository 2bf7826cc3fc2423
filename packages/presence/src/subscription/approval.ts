/**
 * When the contact has said yes, its presence is asked for by the one who was waiting: so it comes after the approval,
 * and once, whichever way the two took (RFC 6121 §3.1.5 has the contact's server send it).
 */

import type { BareJid } from '@rollcall/xmpp';
import { openWindow } from '../arrival/arrival-window.ts';
import { availableSessions } from '../presence/watchers.ts';
import type { Turn } from '../turn.ts';

export function askForPresence(turn: Turn, contact: BareJid): void {
  const sessions = availableSessions(turn.state);
  if (sessions.length === 0) return;
  turn.emit({ kind: 'probe', probe: { from: turn.state.jid, to: contact, reason: 'approval' } });
  // What the contact broadcasts meanwhile is not to be told again by its answer.
  const untilMs = turn.nowMs + turn.state.rules.arrivalWindowMs;
  for (const session of sessions) {
    const arrival = { ...(session.arrival ?? openWindow(untilMs)), untilMs };
    turn.putSession({ ...session, arrival });
  }
}
