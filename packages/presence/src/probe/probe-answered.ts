/** What a contact's half says to a probe of ours. */

import {
  isFullJid,
  localOf,
  resourceOf,
  type FullJid,
  type Jid,
  type Presence,
} from '@rollcall/xmpp';
import { isAnswered, withTold } from '../arrival/arrival-window.ts';
import type { ProbeAnswer, StampedPresence } from '../input.ts';
import { endParting } from '../presence/parting.ts';
import { hearFrom } from '../presence/silence.ts';
import { availableSessions, isAvailable, mayHear } from '../presence/watchers.ts';
import { withArrival, type Session } from '../session/session.ts';
import { isSubscribedTo } from '../subscription/state.ts';
import { endSubscription } from '../subscription/heal.ts';
import type { Turn } from '../turn.ts';

export function probeAnswered(turn: Turn, answer: ProbeAnswer): void {
  hearFrom(turn, answer.from);
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'available':
      for (const session of asked(turn, answer)) {
        endParting(turn, session, answer.from, outcome.presences);
      }
      for (const presence of outcome.presences) tellAvailable(turn, answer, presence);
      return;
    case 'unavailable':
      return tell(turn, askers(turn, answer, answer.from), outcome.stanza);
    case 'unsubscribed':
      return tellUnsubscribed(turn, answer);
  }
}

/** The session that asked, or all available ones if the user's actor did on behalf of them. */
function asked({ state }: Turn, { to }: ProbeAnswer): readonly Session[] {
  if (!isFullJid(to)) return availableSessions(state);
  const session = state.sessions.get(resourceOf(to) ?? '');
  return session ? [session] : [];
}

/** Of those who have asked, those who may be told of that entity. */
function askers(turn: Turn, answer: ProbeAnswer, from: Jid): readonly Session[] {
  return asked(turn, answer).filter(
    (asker) =>
      (answer.reason === 'client' || isAvailable(asker)) && mayHear(turn.state, asker, from),
  );
}

function tellAvailable(turn: Turn, answer: ProbeAnswer, { stanza, stamp }: StampedPresence): void {
  const from = stanza.from as FullJid | undefined;
  if (from === undefined || !isCurrent(turn, answer)) return;
  const to = askers(turn, answer, from).filter((session) => {
    const { arrival } = session;
    if (arrival === undefined) return true;
    if (answer.reason !== 'client' && isAnswered(arrival, from, stamp)) return false;
    turn.putSession(withArrival(session, withTold(arrival, from, { stamp, available: true })));
    return true;
  });
  if (to.length === 0) return;
  // A domain has no session whose end its owner would ever tell of.
  const stamped = localOf(from) === undefined ? {} : { stamp };
  turn.emit({ kind: 'deliver', to: to.map(({ ref }) => ref), stanza, ...stamped });
}

/** An answer may come after the user has unsubscribed: nobody would ever say that the contact had gone. */
function isCurrent({ state }: Turn, { from, reason }: ProbeAnswer): boolean {
  if (reason === 'client') return true;
  const half = state.roster.stateOf(from);
  return half !== undefined && isSubscribedTo(half);
}

/** If our half says that we are subscribed, it is the one that is wrong: the two are brought together again. */
function tellUnsubscribed(turn: Turn, answer: ProbeAnswer): void {
  const isSubscribed = isSubscribedTo(turn.contact(answer.from).state);
  const shown = isSubscribed ? endSubscription(turn, answer.from) : [];
  if (answer.reason !== 'client') return;
  const rest = askers(turn, answer, answer.from).filter(({ ref }) => !shown.includes(ref));
  tell(turn, rest, {
    kind: 'presence',
    type: 'unsubscribed',
    from: answer.from,
    content: '',
    ...(answer.id === undefined ? {} : { id: answer.id }),
  });
}

function tell(turn: Turn, to: readonly Session[], stanza: Presence): void {
  if (to.length > 0) turn.emit({ kind: 'deliver', to: to.map(({ ref }) => ref), stanza });
}
