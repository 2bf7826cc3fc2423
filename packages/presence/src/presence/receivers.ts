/** A contact's broadcast, at the user who watches (RFC 6121 §4.2.3, §4.4.3, §4.5.3). */

import { bareOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import { isRepeated, withTold } from '../arrival/arrival-window.ts';
import type { Input } from '../input.ts';
import { nothing } from '../roster/contact.ts';
import type { SessionRef } from '../session/session-ref.ts';
import { isSubscribedTo } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { hearFrom } from './silence.ts';
import { availableSessions, isAvailable, mayHear, type AvailableSession } from './watchers.ts';

type BroadcastArrived = Extract<Input, { kind: 'broadcastArrived' }>;

/**
 * The sessions that get what `from` broadcasts, without a decision; 'decide' where there is more to it: because a
 * session has just arrived, or has stopped broadcasting to that contact, or because the user does not watch it. What
 * `decide` does with a `broadcastArrived` is the same. `contact` is the bare JID of `from`: whoever asks thousands of
 * users for one broadcast works it out once.
 */
export function receiversOf(
  state: UserState,
  from: FullJid,
  contact: BareJid = bareOf(from),
): readonly SessionRef[] | 'decide' {
  const receivers: SessionRef[] = [];
  for (const session of state.sessions.values()) {
    if (!isAvailable(session) || !mayHear(state, session, from)) continue;
    if (session.arrival !== undefined || session.silenced.has(contact)) return 'decide';
    receivers.push(session.ref);
  }
  return receivers.length === 0 || isWatched(state, contact) ? receivers : 'decide';
}

/**
 * Presence is only for those who have subscribed. What is late, after the user has unsubscribed, would show a contact
 * that nobody would ever say had gone. That it has gone is news as long as anybody may have seen it.
 */
export function broadcastArrived(
  turn: Turn,
  { presence: { stanza, stamp }, except = nothing }: BroadcastArrived,
): void {
  const from = stanza.from as FullJid | undefined;
  if (from === undefined) return;
  hearFrom(turn, bareOf(from));
  const told = { stamp, available: stanza.type === undefined };
  if (told.available && !isWatched(turn.state, bareOf(from))) return;
  const to: SessionRef[] = [];
  for (const session of hearers(turn.state, from)) {
    const { arrival, address } = session;
    if (except.includes(address)) continue;
    if (arrival !== undefined) {
      if (isRepeated(arrival, from, told)) continue;
      turn.putSession({ ...session, arrival: withTold(arrival, from, told) });
    }
    to.push(session.ref);
  }
  if (to.length > 0) turn.emit({ kind: 'deliver', to, stanza, stamp });
}

function isWatched({ roster }: UserState, contact: BareJid): boolean {
  const entry = roster.get(contact);
  return entry !== undefined && isSubscribedTo(entry.state);
}

function hearers(state: UserState, from: FullJid): readonly AvailableSession[] {
  return availableSessions(state).filter((session) => mayHear(state, session, from));
}
