/** A stanza of the user's own client: where it goes is `departureOf`'s to say, what becomes of it is decided here. */

import type { Stanza } from '@rollcall/xmpp';
import type { Input } from '../input.ts';
import { directedSent, type DirectedPresence } from '../directed/directed.ts';
import { presenceSent } from '../presence/own-presence.ts';
import { servePolicy } from '../presence/policy-service.ts';
import { clientProbe } from '../probe/client-probe.ts';
import { serveRoster } from '../roster/roster-iq.ts';
import { departureOf, type Departure } from '../routing/departure.ts';
import { subscriptionSent } from '../subscription/outbound.ts';
import { isSubscriptionStanza } from '../subscription/subscription-type.ts';
import type { Turn } from '../turn.ts';
import { partyOf } from '../user-state.ts';
import { deliverArrival } from './arriving-stanza.ts';
import type { Session } from './session.ts';

type Received = Extract<Input, { kind: 'stanzaReceived' }>;

/** One that was dealt with before comes again after a takeover; one of a session that was replaced comes too late. */
export function stanzaReceived(
  turn: Turn,
  { session: ref, resource, seq, stanza }: Received,
): void {
  const known = turn.session(resource, ref);
  if (known === undefined || seq <= known.seq) return;
  const session = { ...known, seq };
  turn.putSession(session);
  const { jid, policy } = turn.state;
  const sender = { jid, session, policy, partyOf: partyOf.bind(undefined, turn.state) };
  carryOut(turn, session, departureOf(sender, stanza));
}

function carryOut(turn: Turn, session: Session, departure: Departure): void {
  switch (departure.kind) {
    case 'route':
    case 'arrive':
      return send(turn, session, departure);
    case 'serve':
      if (departure.service === 'roster') return serveRoster(turn, session, departure.iq);
      return servePolicy(turn, session, departure.service, departure.iq);
    case 'broadcast':
      return presenceSent(turn, session, departure.presence);
    case 'subscription': {
      const { presence } = departure;
      if (isSubscriptionStanza(presence)) subscriptionSent(turn, session, presence);
      return;
    }
    case 'probe':
      return clientProbe(turn, session, departure.presence);
    case 'refuse':
      return turn.emit({ kind: 'deliver', to: [session.ref], stanza: departure.error });
    case 'ignore':
      return;
  }
}

function send(
  turn: Turn,
  session: Session,
  { kind, stanza }: Extract<Departure, { kind: 'route' | 'arrive' }>,
): void {
  const isNotice = isDirectedPresence(stanza);
  if (isNotice && !directedSent(turn, session, stanza)) return;
  const stamp = isNotice ? { stamp: { session: session.ref, seq: session.seq } } : {};
  if (kind === 'route') turn.emit({ kind, stanza, ...stamp });
  else deliverArrival(turn, { stanza, ...stamp });
}

function isDirectedPresence(stanza: Stanza): stanza is DirectedPresence {
  if (stanza.kind !== 'presence' || stanza.to === undefined) return false;
  return stanza.type === undefined || stanza.type === 'unavailable';
}
