/**
 * A contact whose server answers presence with an error gets no more of it from that session, until something is
 * heard from the contact (RFC 6121 §4.2.2, §4.4.2).
 */

import type { BareJid, Jid } from '@rollcall/xmpp';
import { bareOf, resourceOf } from '@rollcall/xmpp';
import { isWatchedBy } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';

/** `to` is the address that the error came for: the session whose presence was refused. */
export function silenceFor(turn: Turn, contact: BareJid, to: Jid): void {
  const session = turn.state.sessions.get(resourceOf(to) ?? '');
  if (session === undefined || !isWatchedBy(turn.contact(contact).state)) return;
  if (session.silenced.has(contact)) return;
  turn.putSession({ ...session, silenced: new Set(session.silenced).add(contact) });
}

export function hearFrom(turn: Turn, from: Jid): void {
  const contact = bareOf(from);
  for (const session of turn.state.sessions.values()) {
    if (!session.silenced.has(contact)) continue;
    const silenced = new Set(session.silenced);
    silenced.delete(contact);
    turn.putSession({ ...session, silenced });
  }
}
