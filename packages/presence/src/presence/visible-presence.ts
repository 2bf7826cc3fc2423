/** What another entity may see of the user: the answer to probes, and to whoever asks for a gateway (RFC 6121 §4.3.2). */

import { appendContent, bareOf, delayXml, type Jid, type Presence } from '@rollcall/xmpp';
import { isDomain, serverPresence } from '../domain/server-presence.ts';
import type { ProbeAnswer, StampedPresence } from '../input.ts';
import { isWatchedBy } from '../subscription/state.ts';
import type { UserState } from '../user-state.ts';
import { availableSessions, mayShow, type AvailableSession } from './watchers.ts';

export type VisiblePresence = ProbeAnswer['outcome'];

/**
 * Strangers, blocked strangers and those who ask for nobody get one and the same answer; a subscriber who is blocked
 * gets that of a user who is offline and never left a last presence.
 */
export function visiblePresence(state: UserState, viewer: Jid): VisiblePresence {
  if (!isEntitled(state, viewer)) return { kind: 'unsubscribed' };
  const server = serverPresence(state);
  if (server !== undefined) return { kind: 'available', presences: [server] };
  const available = availableSessions(state);
  const visible = available.filter((session) => mayShow(state, session, viewer));
  if (visible.length > 0) return { kind: 'available', presences: visible.map(stampedWithDelay) };
  if (available.length > 0) return { kind: 'unavailable', stanza: bareUnavailable(state) };
  return { kind: 'unavailable', stanza: lastPresenceFor(state, viewer) };
}

/** Whether that entity may know the user's presence at all: a subscriber, or the user. A domain's is for everybody. */
export function isEntitled(state: UserState, viewer: Jid): boolean {
  if (!state.exists || state.degraded !== undefined) return false;
  if (isDomain(state)) return true;
  const bare = bareOf(viewer);
  return bare === state.jid || isWatchedBy(state.roster.get(bare)?.state ?? 'None');
}

/** With the time of the presence, as XEP-0318 wants it in answers to probes. */
export function stampedWithDelay({ address, presence }: AvailableSession): StampedPresence {
  const { stanza, stamp, sinceMs } = presence;
  return { stanza: appendContent(stanza, delayXml({ from: address, at: sinceMs })), stamp };
}

/** XEP-0318 §3.1: from the bare JID, with what the last resource said when it went, and when. */
function lastPresenceFor(state: UserState, viewer: Jid): Presence {
  const { lastPresence } = state;
  const isHidden = !mayShow(state, { activeList: lastPresence?.activeList }, viewer);
  if (lastPresence === undefined || isHidden) return bareUnavailable(state);
  const { from, lang, content, atMs } = lastPresence;
  return {
    ...bareUnavailable(state),
    ...(lang === undefined ? {} : { lang }),
    content: content + delayXml({ from, at: atMs }),
  };
}

function bareUnavailable({ jid }: UserState): Presence {
  return { kind: 'presence', type: 'unavailable', from: jid, content: '' };
}
