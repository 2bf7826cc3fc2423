/** A stanza of another entity: which sessions get it is `arrivalOf`'s to say (RFC 6121 §8.5). */

import { bareOf, type Presence, type Stanza } from '@rollcall/xmpp';
import { hearFrom, silenceFor } from '../presence/silence.ts';
import { arrivalOf } from '../routing/arrival.ts';
import type { Turn } from '../turn.ts';
import { partyOf } from '../user-state.ts';
import type { PresenceStamp } from './session-ref.ts';

export interface ArrivingStanza {
  readonly stanza: Stanza;
  readonly stamp?: PresenceStamp;
}

export function stanzaArrived(turn: Turn, arriving: ArrivingStanza): void {
  const { stanza } = arriving;
  if (stanza.from === undefined) return;
  if (stanza.kind === 'presence') presenceArrived(turn, stanza, arriving);
  else deliverArrival(turn, arriving);
}

function presenceArrived(turn: Turn, stanza: Presence, arriving: ArrivingStanza): void {
  const { from, to, type } = stanza;
  if (from === undefined) return;
  if (type === 'error') silenceFor(turn, bareOf(from), to ?? turn.state.jid);
  else hearFrom(turn, from);
  deliverArrival(turn, arriving);
}

export function deliverArrival(turn: Turn, { stanza, stamp }: ArrivingStanza): void {
  const { jid, exists, sessions, policy } = turn.state;
  const receiver = { jid, exists, sessions, policy, partyOf: partyOf.bind(undefined, turn.state) };
  const arrival = arrivalOf(receiver, stanza);
  switch (arrival.kind) {
    case 'deliver':
      return turn.emit({
        kind: 'deliver',
        to: arrival.to,
        stanza,
        ...(stamp === undefined ? {} : { stamp }),
      });
    case 'offline':
      return turn.emit({ kind: 'offline', stanza, otherwise: arrival.otherwise });
    case 'refuse':
      return turn.emit({ kind: 'route', stanza: arrival.error });
    case 'ignore':
      return;
  }
}
