/** Who sees what of this user: the one place where subscriptions, blocking and silence come together. */

import { bareOf, type Jid } from '@rollcall/xmpp';
import { allows, restricts } from '../privacy/policy.ts';
import { someOf, type Crowd } from '../roster/crowd.ts';
import type { CurrentPresence, Session } from '../session/session.ts';
import { isWatchedBy } from '../subscription/state.ts';
import { partyOf, type UserState } from '../user-state.ts';

export type AvailableSession = Session & { readonly presence: CurrentPresence };

export function isAvailable(session: Session): session is AvailableSession {
  return session.presence !== undefined;
}

export function availableSessions({ sessions }: UserState): readonly AvailableSession[] {
  return [...sessions.values()].filter(isAvailable);
}

/** Whether anybody may believe the session available: as it was told, or as it was found by a probe while it waited. */
export function mayBeSeen({ shown, presence }: Session): boolean {
  return shown || presence !== undefined;
}

/** Whether the session's presence may be shown to that entity, so far as the user's lists are concerned. */
export function mayShow(
  state: UserState,
  { activeList }: Pick<Session, 'activeList'>,
  viewer: Jid,
): boolean {
  if (!restricts(state.policy, activeList) || bareOf(viewer) === state.jid) return true;
  return allows(state.policy, activeList, 'presence-out', partyOf(state, viewer));
}

/** Whether the session is to be told of that entity's presence. */
export function mayHear(state: UserState, { activeList }: Session, from: Jid): boolean {
  if (!restricts(state.policy, activeList) || bareOf(from) === state.jid) return true;
  return allows(state.policy, activeList, 'presence-in', partyOf(state, from));
}

/** Whether that contact, or that resource of a contact, is shown what the session broadcasts. */
export function isWatcher(state: UserState, session: Session, viewer: Jid): boolean {
  const contact = bareOf(viewer);
  const half = state.roster.stateOf(contact);
  if (half === undefined || !isWatchedBy(half)) return false;
  return !session.silenced.has(contact) && mayShow(state, session, viewer);
}

/** The contacts that get what the session broadcasts: as a rule a crowd that the roster keeps. */
export function watchersOf(state: UserState, session: Session): Crowd {
  const subscribers = state.roster.crowd('subscribers');
  const isOpen = session.silenced.size === 0 && !restricts(state.policy, session.activeList);
  return isOpen ? subscribers : someOf(subscribers, (jid) => isWatcher(state, session, jid));
}
