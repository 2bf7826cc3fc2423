/**
 * Presence that a client sends to somebody in particular (RFC 6121 §4.6). Those who do not watch the session anyway are
 * remembered, because they have to be told when it goes.
 */

import { bareOf, isFullJid, stanzaError, type Jid, type Presence } from '@rollcall/xmpp';
import type { StampedPresence } from '../input.ts';
import { isWatcher } from '../presence/watchers.ts';
import { nothing } from '../roster/contact.ts';
import { crowdOf, nobody } from '../roster/crowd.ts';
import type { Session } from '../session/session.ts';
import type { PresenceStamp } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';

export type DirectedPresence = Presence & { readonly type?: 'unavailable'; readonly to: Jid };

/** Whether it may go. The client is told if not: the list of those who are remembered is full. */
export function directedSent(turn: Turn, session: Session, stanza: DirectedPresence): boolean {
  const { to, type } = stanza;
  if (type === 'unavailable') {
    if (session.directedTo.has(to)) turn.putSession(withDirected(session, without(session, to)));
    return true;
  }
  if (session.directedTo.has(to) || isTold(turn, session, to)) return true;
  if (session.directedTo.size >= turn.state.rules.directedTargets) {
    refuse(turn, session, stanza);
    return false;
  }
  turn.putSession(withDirected(session, new Set(session.directedTo).add(to)));
  return true;
}

/** Tells those who were shown the session by directed presence that it goes, unless they are told as watchers. */
export function leaveDirected(
  turn: Turn,
  session: Session,
  { lang, content }: Presence,
  stamp: PresenceStamp,
): void {
  if (session.directedTo.size === 0) return;
  const stanza: Presence = {
    kind: 'presence',
    type: 'unavailable',
    from: session.address,
    content,
    ...(lang === undefined ? {} : { lang }),
  };
  const targets = [...session.directedTo].filter((to) => !isTold(turn, session, to));
  tellGone(turn, { stanza, stamp }, targets);
  turn.putSession(withDirected(session, new Set()));
}

/** Nobody twice: a resource that was addressed by its own name is left out where all of its user's are told. */
export function tellGone(
  turn: Turn,
  { stanza, stamp }: StampedPresence,
  targets: readonly Jid[],
): void {
  const resources = targets.filter(isFullJid);
  for (const to of targets) {
    const except = isFullJid(to) ? nothing : resources.filter((jid) => bareOf(jid) === to);
    if (except.length === 0) turn.emit({ kind: 'route', stanza: { ...stanza, to }, stamp });
    else {
      turn.emit({
        kind: 'broadcast',
        presence: { stanza, stamp },
        to: crowdOf([bareOf(to)]),
        except,
        probe: nobody,
      });
    }
  }
}

/** Whether that entity has been told of the session as a watcher, and so will be told that it goes. */
function isTold({ state }: Turn, session: Session, to: Jid): boolean {
  return session.shown && (bareOf(to) === state.jid || isWatcher(state, session, to));
}

function withDirected(session: Session, directedTo: ReadonlySet<Jid>): Session {
  return { ...session, directedTo };
}

function without({ directedTo }: Session, to: Jid): ReadonlySet<Jid> {
  const left = new Set(directedTo);
  left.delete(to);
  return left;
}

function refuse(turn: Turn, session: Session, stanza: Presence): void {
  const text = 'too many addressees of directed presence; send unavailable presence to some first';
  const error = stanzaError(stanza, 'resource-constraint', { text });
  if (error) turn.emit({ kind: 'deliver', to: [session.ref], stanza: error });
}
