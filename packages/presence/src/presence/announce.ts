/**
 * Tells the watchers of a session how it is. A client that changes its presence all the time is slowed down: past a
 * burst only the newest waits for its turn, whatever happened in between, so the last one always arrives.
 */

import type { Presence } from '@rollcall/xmpp';
import type { StampedPresence } from '../input.ts';
import { nobody } from '../roster/crowd.ts';
import type { HeldPresence, Session } from '../session/session.ts';
import { takeToken } from '../session/token-bucket.ts';
import type { Turn } from '../turn.ts';
import { broadcast, showToResources } from './named-resources.ts';
import { availableSessions, watchersOf } from './watchers.ts';

export interface Announcement extends StampedPresence {
  /** The session has just become available: its contacts are probed with the same message. */
  readonly arrival: boolean;
}

/** `session` is as it is from now on. */
export function announce(turn: Turn, session: Session, news: Announcement): void {
  const token = takePresenceToken(turn, session);
  const arrival = news.arrival || session.held?.arrival === true;
  if ('bucket' in token) {
    announceNow(turn, { ...session, presencePace: token.bucket }, { ...news, arrival });
  } else {
    const { stanza, stamp } = news;
    hold(turn, session, { stanza, stamp, arrival, untilMs: token.notBeforeMs });
  }
}

function takePresenceToken({ state, nowMs }: Turn, { presencePace }: Session) {
  const { presenceBurst: burst, presencesPerSecond: perSecond } = state.rules;
  return takeToken(presencePace, { burst, perSecond }, nowMs);
}

export function hold(turn: Turn, session: Session, held: HeldPresence): void {
  turn.putSession({ ...session, held });
}

function announceNow(turn: Turn, session: Session, news: Announcement): void {
  turn.putSession({ ...session, held: undefined, shown: news.stanza.type !== 'unavailable' });
  tellAll(turn, session, news);
}

/** Whoever may see the session, which need not be among the user's any more. */
export function tellAll(turn: Turn, session: Session, news: Announcement): void {
  const { stanza, stamp, arrival } = news;
  const presence = { stanza, stamp };
  tellOwnResources(turn, presence);
  const isArrival = arrival && stanza.type !== 'unavailable';
  const probe = isArrival ? turn.state.roster.crowd('subscriptions') : nobody;
  broadcast(turn, session, presence, watchersOf(turn.state, session), probe);
  showToResources(turn, session, presence);
}

/** RFC 6121 §4.2.2, §4.4.2: a user watches themselves, the resource that speaks included while it is available. */
function tellOwnResources(turn: Turn, { stanza, stamp }: StampedPresence): void {
  const to = availableSessions(turn.state).map(({ ref }) => ref);
  if (to.length > 0) turn.emit({ kind: 'deliver', to, stanza, stamp });
}

/** What is held is told, whether its turn has come or the session ends. */
export function announceHeld(turn: Turn, session: Session): void {
  if (session.held === undefined) return;
  const token = takePresenceToken(turn, session);
  const paced = 'bucket' in token ? { ...session, presencePace: token.bucket } : session;
  announceNow(turn, paced, session.held);
}

export function gone(session: Session, content = ''): Presence {
  return { kind: 'presence', type: 'unavailable', from: session.address, content };
}
