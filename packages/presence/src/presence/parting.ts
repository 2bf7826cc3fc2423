/**
 * A session that may no longer hear of a contact is told that the contact is unavailable (XEP-0016 §2.10): at once as a
 * whole, and then resource by resource, for clients that take no notice of the former. The user's half does not know the
 * contact's resources, so it asks; what is gone by the time of the answer is covered by what was said at once.
 */

import type { BareJid, Presence } from '@rollcall/xmpp';
import type { StampedPresence } from '../input.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import { mayHear } from './watchers.ts';

/** The contacts are to be probed, too. */
export function beginParting(turn: Turn, session: Session, contacts: readonly BareJid[]): void {
  if (contacts.length === 0) return;
  for (const from of contacts) {
    turn.emit({ kind: 'deliver', to: [session.ref], stanza: unavailable(from) });
  }
  const parting = new Set([...(session.parting ?? []), ...contacts]);
  turn.putSession({ ...session, parting });
}

/** The contact has answered with what the session sees of it, if it still does. */
export function endParting(
  turn: Turn,
  session: Session,
  contact: BareJid,
  presences: readonly StampedPresence[],
): void {
  if (session.parting?.has(contact) !== true) return;
  const parting = new Set(session.parting);
  parting.delete(contact);
  turn.putSession({ ...session, parting });
  for (const { stanza, stamp } of presences) {
    if (stanza.from === undefined || mayHear(turn.state, session, stanza.from)) continue;
    turn.emit({ kind: 'deliver', to: [session.ref], stanza: unavailable(stanza.from), stamp });
  }
}

function unavailable(from: NonNullable<Presence['from']>): Presence {
  return { kind: 'presence', type: 'unavailable', from, content: '' };
}
