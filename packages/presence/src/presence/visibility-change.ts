/**
 * When the user's lists change, some see the user no longer and some again, and the other way round: they are told at
 * once, and the user's sessions too (XEP-0016 §2.10, §2.11; XEP-0191 §3.3, §3.4).
 */

import {
  bareOf,
  isBareJid,
  type BareJid,
  type FullJid,
  type Jid,
  type Presence,
} from '@rollcall/xmpp';
import { openWindow } from '../arrival/arrival-window.ts';
import { tellGone } from '../directed/directed.ts';
import { flowChanges, type FlowChanges, type PolicyScope } from '../privacy/flow-changes.ts';
import type { JudgedFlow } from '../privacy/privacy-list.ts';
import { nothing } from '../roster/contact.ts';
import { crowdOf, nobody } from '../roster/crowd.ts';
import type { Session } from '../session/session.ts';
import { isWatchedBy } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import { partyOf, type UserState } from '../user-state.ts';
import { gone } from './announce.ts';
import { namedResources, namedUsers } from './named-resources.ts';
import { beginParting } from './parting.ts';
import { mayBeSeen } from './watchers.ts';

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
  if (!mayBeSeen(session)) return;
  const subscribers = turn.state.roster.list('subscribers');
  const changes = changesFor(turn, change, 'presence-out', subscribers);
  show(turn, session, gone(session), changes.stopped);
  if (session.presence !== undefined) {
    show(turn, session, session.presence.stanza, changes.resumed);
  }
}

function show(turn: Turn, { ref, seq }: Session, stanza: Presence, to: Affected): void {
  const { contacts, except, resources } = to;
  const stamp = { session: ref, seq };
  if (contacts.length > 0) {
    turn.emit({
      kind: 'broadcast',
      presence: { stanza, stamp },
      to: crowdOf(contacts),
      ...(except.length === 0 ? {} : { except }),
      probe: nobody,
    });
  }
  for (const jid of resources) turn.emit({ kind: 'route', stanza: { ...stanza, to: jid }, stamp });
}

/** Others that the session has shown itself to. They stay forgotten when they are allowed again. */
function tellDirected(turn: Turn, session: Session, change: ListChange): void {
  const { stopped } = flowChangesFor(turn, change, 'presence-out', session.directedTo);
  if (stopped.length === 0) return;
  const hidden = new Set(stopped.map(({ jid }) => jid));
  const isWatching = (jid: Jid) => session.shown && isWatchedBy(turn.contact(bareOf(jid)).state);
  const stamp = { session: session.ref, seq: session.seq };
  tellGone(
    turn,
    { stanza: gone(session), stamp },
    [...hidden].filter((jid) => !isWatching(jid)),
  );
  const directedTo = new Set([...session.directedTo].filter((jid) => !hidden.has(jid)));
  turn.putSession({ ...session, directedTo });
}

/** The session itself: contacts that it may no longer see are shown as gone, those that it may see again are probed. */
function tellSession(turn: Turn, { resource }: Session, change: ListChange): void {
  const session = turn.state.sessions.get(resource);
  if (session?.presence === undefined) return;
  const subscriptions = turn.state.roster.list('subscriptions');
  const { stopped, resumed } = changesFor(turn, change, 'presence-in', subscriptions);
  for (const from of stopped.resources) {
    const stanza = { kind: 'presence', type: 'unavailable', from, content: '' } as const;
    turn.emit({ kind: 'deliver', to: [session.ref], stanza });
  }
  for (const to of resumed.resources) {
    turn.emit({ kind: 'probe', probe: { from: session.address, to, reason: 'arrival' } });
  }
  tellNamed(turn, session, change, subscriptions);
  beginParting(turn, session, stopped.contacts);
  const parted = turn.state.sessions.get(resource) ?? session;
  if (resumed.contacts.length > 0 && parted.arrival !== undefined) {
    turn.putSession({ ...parted, arrival: openWindow(parted.arrival.untilMs) });
  }
  const probe = crowdOf([...stopped.contacts, ...resumed.contacts]);
  const { stanza, stamp } = session.presence;
  if (probe.length > 0) {
    turn.emit({ kind: 'broadcast', presence: { stanza, stamp }, to: nobody, probe });
  }
}

/**
 * Others whom the list names may be shown, too: by directed presence, or because the end of a subscription to them is
 * still under way. Their own word that they have gone would not be heard any more.
 */
function tellNamed(
  turn: Turn,
  { ref }: Session,
  change: ListChange,
  subscriptions: readonly BareJid[],
): void {
  const { policy, activeList } = change.is;
  const watched = new Set(subscriptions);
  const others = namedUsers(policy, activeList).filter((jid) => !watched.has(jid));
  for (const { jid: from } of flowChangesFor(turn, change, 'presence-in', others).stopped) {
    const stanza = { kind: 'presence', type: 'unavailable', from, content: '' } as const;
    turn.emit({ kind: 'deliver', to: [ref], stanza });
  }
}

/** Those for whom the verdict has become another. */
interface Affected {
  readonly contacts: readonly BareJid[];
  /** Resources of theirs for whom it has not. */
  readonly except: readonly FullJid[];
  /** Resources for whom it has, and not for their contacts. */
  readonly resources: readonly FullJid[];
}

function changesFor(
  turn: Turn,
  change: ListChange,
  flow: JudgedFlow,
  contacts: readonly BareJid[],
): { readonly stopped: Affected; readonly resumed: Affected } {
  const named = namedAmong(change, contacts);
  const jids = named.length === 0 ? contacts : [...contacts, ...named];
  const { stopped, resumed } = flowChangesFor(turn, change, flow, jids);
  return { stopped: affected(stopped, named), resumed: affected(resumed, named) };
}

/** The resources of these contacts that one of the lists names. */
function namedAmong({ was, is }: ListChange, contacts: readonly BareJid[]): readonly FullJid[] {
  const named = [was, is].flatMap(({ policy, activeList }) => namedResources(policy, activeList));
  if (named.length === 0) return nothing;
  const among = new Set(contacts);
  return [...new Set(named)].filter((jid) => among.has(bareOf(jid)));
}

function affected(parties: FlowChanges['stopped'], named: readonly FullJid[]): Affected {
  const jids = new Set(parties.map(({ jid }) => jid));
  return {
    contacts: [...jids].filter(isBareJid),
    except: named.filter((jid) => jids.has(bareOf(jid)) && !jids.has(jid)),
    resources: named.filter((jid) => !jids.has(bareOf(jid)) && jids.has(jid)),
  };
}

function flowChangesFor(
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
