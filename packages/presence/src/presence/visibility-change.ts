/**
 * When the user's lists change, some see the user no longer and some again, and the other way round: they are told at
 * once, and the user's sessions too (XEP-0016 §2.10, §2.11; XEP-0191 §3.3, §3.4).
 */

import { bareOf, type BareJid, type Jid } from '@rollcall/xmpp';
import { openWindow } from '../arrival/arrival-window.ts';
import { flowChanges, type FlowChanges, type PolicyScope } from '../privacy/flow-changes.ts';
import type { JudgedFlow } from '../privacy/privacy-list.ts';
import type { Session } from '../session/session.ts';
import { isWatchedBy } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import { partyOf, type UserState } from '../user-state.ts';
import { gone } from './announce.ts';
import { beginParting } from './parting.ts';

/** What judged for one session, and what does from now on. */
interface ListChange {
  readonly was: PolicyScope;
  readonly is: PolicyScope;
}

/** `before` is the state with the lists as they were; the turn's has them as they are. */
export function tellVisibilityChange(turn: Turn, before: UserState): void {
  for (const session of turn.state.sessions.values()) {
    const change = {
      was: scopeOf(before, before.sessions.get(session.resource)),
      is: scopeOf(turn.state, session),
    };
    tellWatchers(turn, session, change);
    tellDirected(turn, session, change);
    tellSession(turn, session, change);
  }
}

function scopeOf({ policy }: UserState, session: Session | undefined): PolicyScope {
  return { policy, activeList: session?.activeList };
}

/** Contacts who may no longer see the session, and those who may again. */
function tellWatchers(turn: Turn, session: Session, change: ListChange): void {
  if (!session.shown) return;
  const subscribers = turn.state.roster.list('subscribers');
  const { stopped, resumed } = changesFor(turn, change, 'presence-out', subscribers);
  const stamp = { session: session.ref, seq: session.seq };
  if (stopped.length > 0) {
    const presence = { stanza: gone(session), stamp };
    turn.emit({ kind: 'broadcast', presence, to: bareJids(stopped), probe: [] });
  }
  if (resumed.length > 0 && session.presence !== undefined) {
    const presence = { stanza: session.presence.stanza, stamp };
    turn.emit({ kind: 'broadcast', presence, to: bareJids(resumed), probe: [] });
  }
}

/** Others that the session has shown itself to. They stay forgotten when they are allowed again. */
function tellDirected(turn: Turn, session: Session, change: ListChange): void {
  const { stopped } = changesFor(turn, change, 'presence-out', session.directedTo);
  if (stopped.length === 0) return;
  const directedTo = new Set(session.directedTo);
  for (const { jid } of stopped) {
    directedTo.delete(jid);
    const isWatching = session.shown && isWatchedBy(turn.contact(bareOf(jid)).state);
    if (isWatching) continue;
    const stamp = { session: session.ref, seq: session.seq };
    turn.emit({ kind: 'route', stanza: { ...gone(session), to: jid }, stamp });
  }
  turn.putSession({ ...session, directedTo });
}

/** The session itself: contacts that it may no longer see are shown as gone, those that it may see again are probed. */
function tellSession(turn: Turn, { resource }: Session, change: ListChange): void {
  const session = turn.state.sessions.get(resource);
  if (session?.presence === undefined) return;
  const subscriptions = turn.state.roster.list('subscriptions');
  const { stopped, resumed } = changesFor(turn, change, 'presence-in', subscriptions);
  const probe = bareJids([...stopped, ...resumed]);
  if (probe.length === 0) return;
  beginParting(turn, session, bareJids(stopped));
  const parted = turn.state.sessions.get(resource) ?? session;
  if (resumed.length > 0 && parted.arrival !== undefined) {
    turn.putSession({ ...parted, arrival: openWindow(parted.arrival.untilMs) });
  }
  const { stanza, stamp } = session.presence;
  turn.emit({ kind: 'broadcast', presence: { stanza, stamp }, to: [], probe });
}

function changesFor(
  { state }: Turn,
  { was, is }: ListChange,
  flow: JudgedFlow,
  jids: Iterable<Jid>,
): FlowChanges {
  function* parties() {
    for (const jid of jids) if (bareOf(jid) !== state.jid) yield partyOf(state, jid);
  }
  return flowChanges(was, is, flow, parties());
}

function bareJids(parties: FlowChanges['stopped']): readonly BareJid[] {
  return parties.map(({ jid }) => bareOf(jid));
}
