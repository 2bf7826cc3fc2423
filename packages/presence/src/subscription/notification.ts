/** Subscription stanzas that are shown to the user's clients. */

import type { BareJid } from '@rollcall/xmpp';
import { allows, restricts } from '../privacy/policy.ts';
import type { ContactEntry } from '../roster/contact.ts';
import { partyOfEntry } from '../roster/party.ts';
import type { Session } from '../session/session.ts';
import type { SessionRef } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import type { SubscriptionStanza } from './subscription-type.ts';

/** Whether the user's lists, or those of one session, keep subscription stanzas of that contact away. */
export function isForbidden(
  { policy }: UserState,
  entry: ContactEntry,
  session?: Pick<Session, 'activeList'>,
): boolean {
  if (!restricts(policy, session?.activeList)) return false;
  return !allows(policy, session?.activeList, 'other', partyOfEntry(entry, entry.jid));
}

/**
 * A request goes to available resources (RFC 6121 §3.1.3). What changes the roster goes to interested ones as well, for
 * it explains the push that follows (§3.1.6). Tells which have
 * been shown it.
 */
export function showToClients(
  turn: Turn,
  stanza: SubscriptionStanza & { readonly from: BareJid },
): readonly SessionRef[] {
  const { state } = turn;
  const entry = turn.contact(stanza.from);
  const to: SessionRef[] = [];
  for (const session of state.sessions.values()) {
    const isInterested = session.interested && stanza.type !== 'subscribe';
    if (session.presence === undefined && !isInterested) continue;
    if (!isForbidden(state, entry, session)) to.push(session.ref);
  }
  if (to.length > 0) turn.emit({ kind: 'deliver', to, stanza });
  return to;
}
