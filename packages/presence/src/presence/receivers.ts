/** A contact's broadcast, at the user who watches (RFC 6121 §4.2.3, §4.4.3, §4.5.3). */

import { bareOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import { isRepeated, withTold } from '../arrival/arrival-window.ts';
import type { Input, StampedPresence } from '../input.ts';
import { nothing } from '../roster/contact.ts';
import type { SessionRef } from '../session/session-ref.ts';
import { withArrival, type Session } from '../session/session.ts';
import { isSubscribedTo } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import { withSessions, type UserState } from '../user-state.ts';
import { hearFrom } from './silence.ts';
import { isAvailable, mayHear } from './watchers.ts';

type BroadcastArrived = Extract<Input, { kind: 'broadcastArrived' }>;

/** What a broadcast comes to at one user: the state after it, the same object where nothing changes, and who gets it. */
export interface Hearing {
  readonly state: UserState;
  readonly to: readonly SessionRef[];
  /**
   * The sender's next available presence is for the same sessions, as long as `hearsAlike`. Not where a session is left
   * out because it has been told already.
   */
  readonly lasts: boolean;
}

/**
 * What `decide` does with a `broadcastArrived`, without the decision; 'decide' where more comes of it than a delivery.
 * `contact` is the bare JID of the sender: whoever asks thousands of users for one broadcast works it out once.
 */
export function overhear(
  state: UserState,
  presence: StampedPresence,
  contact: BareJid,
): Hearing | 'decide' {
  if (state.degraded !== undefined || hasSilenced(state, contact)) return 'decide';
  return hear(state, presence, contact, nothing);
}

/** Whether what others say is for the same sessions in both states, and is remembered by the same ones. */
export function hearsAlike(before: UserState, after: UserState): boolean {
  if (before === after) return true;
  if (before.roster !== after.roster || before.policy !== after.policy) return false;
  if (before.degraded !== after.degraded) return false;
  if (before.sessions === after.sessions) return true;
  if (before.sessions.size !== after.sessions.size) return false;
  for (const session of after.sessions.values()) {
    const former = before.sessions.get(session.resource);
    if (former === undefined || !isHeardAlike(former, session)) return false;
  }
  return true;
}

function isHeardAlike(former: Session, session: Session): boolean {
  return (
    former.ref === session.ref &&
    isAvailable(former) === isAvailable(session) &&
    former.arrival === session.arrival &&
    former.activeList === session.activeList &&
    former.silenced === session.silenced
  );
}

export function broadcastArrived(
  turn: Turn,
  { presence, except = nothing }: BroadcastArrived,
): void {
  const { stanza, stamp } = presence;
  if (stanza.from === undefined) return;
  const contact = bareOf(stanza.from);
  hearFrom(turn, contact);
  const { state, to } = hear(turn.state, presence, contact, except);
  turn.update(state);
  if (to.length > 0) turn.emit({ kind: 'deliver', to, stanza, stamp });
}

/**
 * Presence is only for those who have subscribed. What is late, after the user has unsubscribed, would show a contact
 * that nobody would ever say had gone. That it has gone is news as long as anybody may have seen it.
 */
function hear(
  state: UserState,
  { stanza, stamp }: StampedPresence,
  contact: BareJid,
  except: readonly FullJid[],
): Hearing {
  const available = stanza.type === undefined;
  if (available && !isWatched(state, contact)) return { state, to: nothing, lasts: true };
  const from = stanza.from as FullJid;
  const to: SessionRef[] = [];
  let sessions: Map<string, Session> | undefined;
  let lasts = true;
  for (const session of state.sessions.values()) {
    if (!isAvailable(session) || !mayHear(state, session, from)) continue;
    const { ref, address, resource, arrival } = session;
    if (except.includes(address)) continue;
    if (arrival !== undefined) {
      const told = { stamp, available };
      if (isRepeated(arrival, from, told)) {
        lasts = false;
        continue;
      }
      sessions ??= new Map(state.sessions);
      sessions.set(resource, withArrival(session, withTold(arrival, from, told)));
    }
    to.push(ref);
  }
  return { state: sessions === undefined ? state : withSessions(state, sessions), to, lasts };
}

/** To hear from the contact again ends its silence, of which the front-ends are told. */
function hasSilenced({ sessions }: UserState, contact: BareJid): boolean {
  for (const { silenced } of sessions.values())
    if (silenced.size > 0 && silenced.has(contact)) return true;
  return false;
}

function isWatched({ roster }: UserState, contact: BareJid): boolean {
  const half = roster.stateOf(contact);
  return half !== undefined && isSubscribedTo(half);
}
