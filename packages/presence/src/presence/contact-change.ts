/**
 * A contact may come to see the user, or see them no longer, without any subscription stanza: by being put into a group
 * that a list judges (XEP-0016 §2.1), or by an import.
 */

import type { BareJid, Presence } from '@rollcall/xmpp';
import { crowdOf } from '../roster/crowd.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { gone } from './announce.ts';
import { broadcast } from './named-resources.ts';
import { isWatcher, mayBeSeen } from './watchers.ts';

/** `before` is the state in which these contacts were as they had been. */
export function tellContactChanges(
  turn: Turn,
  before: UserState,
  contacts: readonly BareJid[],
): void {
  for (const session of turn.state.sessions.values()) {
    if (!mayBeSeen(session)) continue;
    const could = contacts.filter((contact) => isWatcher(before, session, contact));
    const can = new Set(contacts.filter((contact) => isWatcher(turn.state, session, contact)));
    const lost = could.filter((contact) => !can.has(contact));
    for (const contact of could) can.delete(contact);
    tell(turn, session, gone(session), lost);
    if (session.presence !== undefined) tell(turn, session, session.presence.stanza, [...can]);
  }
}

function tell(turn: Turn, session: Session, stanza: Presence, to: readonly BareJid[]): void {
  const stamp = { session: session.ref, seq: session.seq };
  broadcast(turn, session, { stanza, stamp }, crowdOf(to));
}
