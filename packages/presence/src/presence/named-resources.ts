/**
 * Single resources that a list judges apart from their contact (XEP-0016 §2.1, XEP-0191 §6). Broadcasts are for contacts as
 * a whole, whose resources the user's half does not know; those that a list names are left out of them, or are shown
 * the presence one by one.
 */

import { bareOf, isBareJid, localOf, type BareJid, type FullJid } from '@rollcall/xmpp';
import type { StampedPresence } from '../input.ts';
import { listInForce, type PrivacyPolicy } from '../privacy/policy.ts';
import { nothing } from '../roster/contact.ts';
import { nobody, type Crowd } from '../roster/crowd.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { isWatcher } from './watchers.ts';

/** Those that the list in force names. */
export function namedResources(
  policy: PrivacyPolicy,
  activeList: string | undefined,
): readonly FullJid[] {
  return listInForce(policy, activeList)?.index.resources ?? nothing;
}

/** The users whom the list in force names as a whole. */
export function namedUsers(
  policy: PrivacyPolicy,
  activeList: string | undefined,
): readonly BareJid[] {
  const items = listInForce(policy, activeList)?.items ?? nothing;
  const named: BareJid[] = [];
  for (const { match } of items) {
    if (match.by !== 'jid' || !isBareJid(match.value)) continue;
    if (localOf(match.value) !== undefined) named.push(match.value);
  }
  return named;
}

/** To contacts who watch the session, and a probe to others, as far as the session's list lets them see it. */
export function broadcast(
  turn: Turn,
  session: Session,
  presence: StampedPresence,
  to: Crowd,
  probe: Crowd = nobody,
): void {
  if (to.length === 0 && probe.length === 0) return;
  const except = hiddenResources(turn.state, session);
  turn.emit({
    kind: 'broadcast',
    presence,
    to,
    ...(except.length === 0 ? {} : { except }),
    probe,
  });
}

/** To resources that may see the session though the rest of their contacts may not. */
export function showToResources(turn: Turn, session: Session, presence: StampedPresence): void {
  const { state } = turn;
  for (const to of namedResources(state.policy, session.activeList)) {
    if (isWatcher(state, session, bareOf(to)) || !isWatcher(state, session, to)) continue;
    turn.emit({ kind: 'route', stanza: { ...presence.stanza, to }, stamp: presence.stamp });
  }
}

/** Whether the session is shown to the contact, or to any resource of it. */
export function isSeenBy(state: UserState, session: Session, contact: BareJid): boolean {
  if (isWatcher(state, session, contact)) return true;
  const named = namedResources(state.policy, session.activeList);
  return named.some((jid) => bareOf(jid) === contact && isWatcher(state, session, jid));
}

function hiddenResources(state: UserState, session: Session): readonly FullJid[] {
  const named = namedResources(state.policy, session.activeList);
  if (named.length === 0) return nothing;
  return named.filter(
    (jid) => isWatcher(state, session, bareOf(jid)) && !isWatcher(state, session, jid),
  );
}
