/** What a session is told when it becomes available, besides what its contacts answer (RFC 6121 §3.1.3, §4.2.2). */

import type { BareJid, Presence } from '@rollcall/xmpp';
import { allows, restricts } from '../privacy/policy.ts';
import { partyOfEntry } from '../roster/party.ts';
import { nothing, type ContactEntry } from '../roster/contact.ts';
import type { Session } from '../session/session.ts';
import { factsOf } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import { availableSessions } from './watchers.ts';

export function welcome(turn: Turn, session: Session): void {
  showOwnResources(turn, session);
  for (const jid of turn.state.roster.list('waiting'))
    showWaiting(turn, session, turn.contact(jid));
}

function showOwnResources(turn: Turn, session: Session): void {
  for (const other of availableSessions(turn.state)) {
    if (other.resource === session.resource) continue;
    const { stanza, stamp } = other.presence;
    turn.emit({ kind: 'deliver', to: [session.ref], stanza, stamp });
  }
}

/** Notices are shown once, a request at every arrival until it is answered (RFC 3921 §9.4, RFC 6121 §3.1.3). */
function showWaiting(turn: Turn, { ref, activeList }: Session, entry: ContactEntry): void {
  const { jid, state, request, notices } = entry;
  const isBlocked =
    restricts(turn.state.policy, activeList) &&
    !allows(turn.state.policy, activeList, 'other', partyOfEntry(entry, jid));
  if (isBlocked) return;
  for (const stanza of notices) turn.emit({ kind: 'deliver', to: [ref], stanza });
  if (factsOf(state).pendingIn) {
    const stanza = request ?? plainRequest(jid, turn.state.jid);
    turn.emit({ kind: 'deliver', to: [ref], stanza });
  }
  if (notices.length === 0) return;
  turn.changeRoster([{ entry: { ...entry, notices: nothing } }], turn.state.roster.clock);
  turn.saveSoon();
}

function plainRequest(from: BareJid, to: BareJid): Presence {
  return { kind: 'presence', type: 'subscribe', from, to, content: '' };
}
