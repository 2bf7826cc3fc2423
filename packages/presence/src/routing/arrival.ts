/** Where a stanza from somebody else goes that has arrived for this user: the rules of `arrival-rules.ts`, applied. */

import {
  isBareJid,
  resourceOf,
  stanzaError,
  type Iq,
  type Message,
  type Presence,
  type Stanza,
} from '@rollcall/xmpp';
import type { Session, SessionRef } from '../session/session.ts';
import {
  iqRules,
  messageRules,
  presenceRules,
  type IqAction,
  type MessageAction,
  type MessageSituation,
  type PresenceAction,
  type PresenceSituation,
} from './arrival-rules.ts';
import { payloadOf } from './iq-reply.ts';
import { ownService } from './own-services.ts';
import { acceptance, sharesPresence, type Receiver } from './receiver.ts';

export type Arrival =
  /** Deliver it unchanged: the `to` that it came with is not rewritten to a full JID (RFC 6121 §8.5.2.1). */
  | { readonly kind: 'deliver'; readonly to: readonly SessionRef[] }
  /** The port of the offline store may take it; if it does not, this error goes back. */
  | { readonly kind: 'offline'; readonly otherwise: Stanza }
  | { readonly kind: 'refuse'; readonly error: Stanza }
  | { readonly kind: 'ignore' };

type Takers = readonly Session[];

/** Which sessions get a stanza whose `from` and `to` are set and whose `to` is this user, or what becomes of it. */
export function arrivalOf(receiver: Receiver, stanza: Stanza): Arrival {
  switch (stanza.kind) {
    case 'message':
      return messageArrival(receiver, stanza);
    case 'iq':
      return iqArrival(receiver, stanza);
    case 'presence':
      return presenceArrival(receiver, stanza);
  }
}

function messageArrival(receiver: Receiver, message: Message): Arrival {
  const { situation, takers } = messageSituation(receiver, message);
  return carryOut(messageRules[situation].actions[message.type ?? 'normal'], message, takers);
}

function messageSituation(
  receiver: Receiver,
  message: Message,
): { readonly situation: MessageSituation; readonly takers: Takers } {
  const nobody = { situation: 'nobody', takers: [] } as const;
  if (!receiver.exists) return nobody;
  const accepts = acceptance(receiver, message, 'message');
  const named = namedSession(receiver, message);
  if (named) return accepts(named) ? { situation: 'fullMatch', takers: [named] } : nobody;
  const isBare = isToAccount(message);
  const online = [...receiver.sessions.values()].filter(isNonNegative);
  if (online.length === 0) {
    return accepts(undefined)
      ? { situation: isBare ? 'bareOffline' : 'fullOffline', takers: [] }
      : nobody;
  }
  // Where some of the user's sessions block the sender and others do not (by their active lists), the latter take it.
  const takers = online.filter(accepts);
  if (takers.length === 0) return nobody;
  return { situation: isBare ? 'bareOnline' : 'fullOnline', takers };
}

function iqArrival(receiver: Receiver, iq: Iq): Arrival {
  const named = namedSession(receiver, iq);
  const rule = named
    ? fullIqRule(receiver, iq, named)
    : iqRules[isToAccount(iq) ? 'account' : 'fullNobody'];
  return carryOut(rule.actions[iq.type], iq, named ? [named] : []);
}

function fullIqRule(receiver: Receiver, iq: Iq, named: Session) {
  if (!receiver.exists || !acceptance(receiver, iq, 'iq')(named)) return iqRules.fullNobody;
  return isForged(iq) || !sharesPresence(receiver, named, iq.from)
    ? iqRules.fullStranger
    : iqRules.fullKnown;
}

/** Roster and block pushes come from the server; a client might believe another's (RFC 6121 §2.1.6). */
function isForged(iq: Iq): boolean {
  return iq.type !== 'result' && iq.type !== 'error' && ownService(payloadOf(iq)?.ns) !== undefined;
}

function presenceArrival(receiver: Receiver, presence: Presence): Arrival {
  const type = presence.type ?? 'available';
  // A probe is an input of its own, and subscription stanzas come by the durable queue.
  if (type !== 'available' && type !== 'unavailable' && type !== 'error') return { kind: 'ignore' };
  const { situation, takers } = presenceSituation(receiver, presence);
  return carryOut(presenceRules[situation].actions[type], presence, takers);
}

function presenceSituation(
  receiver: Receiver,
  presence: Presence,
): { readonly situation: PresenceSituation; readonly takers: Takers } {
  const nobody = { situation: 'nobody', takers: [] } as const;
  if (!receiver.exists) return nobody;
  const accepts = acceptance(
    receiver,
    presence,
    presence.type === 'error' ? 'other' : 'presence-in',
  );
  const named = namedSession(receiver, presence);
  if (named) return accepts(named) ? { situation: 'fullMatch', takers: [named] } : nobody;
  if (!isToAccount(presence)) return { situation: 'fullNone', takers: [] };
  const available = [...receiver.sessions.values()].filter((session) => session.presence);
  return { situation: 'bare', takers: available.filter(accepts) };
}

function isToAccount({ to }: Stanza): boolean {
  return to === undefined || isBareJid(to);
}

function namedSession({ sessions }: Receiver, { to }: Stanza): Session | undefined {
  const resource = to === undefined ? undefined : resourceOf(to);
  return resource === undefined ? undefined : sessions.get(resource);
}

function isNonNegative({ presence }: Session): boolean {
  return presence !== undefined && presence.priority >= 0;
}

function carryOut(
  action: MessageAction | IqAction | PresenceAction,
  stanza: Stanza,
  takers: Takers,
): Arrival {
  switch (action) {
    case 'match':
    case 'available':
    case 'nonNegative':
      return deliver(takers);
    case 'mostAvailable': {
      const highest = Math.max(...takers.map(priorityOf));
      return deliver(takers.filter((session) => priorityOf(session) === highest));
    }
    case 'offline':
      return { kind: 'offline', otherwise: unavailable(stanza) };
    case 'error':
      return { kind: 'refuse', error: unavailable(stanza) };
    case 'ignore':
      return { kind: 'ignore' };
  }
}

function deliver(takers: Takers): Arrival {
  return takers.length === 0
    ? { kind: 'ignore' }
    : { kind: 'deliver', to: takers.map(({ ref }) => ref) };
}

function priorityOf({ presence }: Session): number {
  return presence?.priority ?? Number.NEGATIVE_INFINITY;
}

function unavailable(stanza: Stanza): Stanza {
  const error = stanzaError(stanza, 'service-unavailable');
  if (!error) throw new Error('the rules never answer an error or a result');
  return error;
}
