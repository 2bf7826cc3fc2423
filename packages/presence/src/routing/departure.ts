/** Where a stanza of the user's own client goes: RFC 6120 §10.3 (no `to`), RFC 6121 §8, and the user's policy. */

import {
  bareOf,
  localOf,
  NS,
  stanzaError,
  type BareJid,
  type Iq,
  type Jid,
  type Presence,
  type Stanza,
} from '@rollcall/xmpp';
import { allows, restricts, type PrivacyPolicy } from '../privacy/policy.ts';
import type { JudgedFlow, PartyView } from '../privacy/privacy-list.ts';
import type { Session } from '../session/session.ts';
import { iqError, isRequest, payloadOf, type IqRequest } from './iq-reply.ts';
import { ownService, type OwnService } from './own-services.ts';

export interface Sender {
  readonly jid: BareJid;
  readonly session: Session;
  readonly policy: PrivacyPolicy;
  /** What the roster says of an addressee. Not asked for the user's own account. */
  readonly partyOf: (jid: Jid) => PartyView;
}

export type Departure =
  /** To its `to`: another entity. */
  | { readonly kind: 'route'; readonly stanza: Stanza }
  /** It is for this account: decide it as an arrival. It has a `to` now. */
  | { readonly kind: 'arrive'; readonly stanza: Stanza }
  | { readonly kind: 'serve'; readonly service: OwnService; readonly iq: IqRequest }
  /** Presence without `to`: for all who watch the user. */
  | { readonly kind: 'broadcast'; readonly presence: Presence & { readonly type?: 'unavailable' } }
  /** One of the four subscription types; its `to` may be the user's own. */
  | { readonly kind: 'subscription'; readonly presence: Presence & { readonly to: Jid } }
  | { readonly kind: 'probe'; readonly presence: Presence & { readonly to: Jid } }
  /** Back to the client. */
  | { readonly kind: 'refuse'; readonly error: Stanza }
  | { readonly kind: 'ignore' };

/** What to do with a stanza whose `from` is the sender's full JID. */
export function departureOf(sender: Sender, stanza: Stanza): Departure {
  switch (stanza.kind) {
    case 'message':
      // RFC 6120 §10.3.1: a message without `to` is for the sender's own bare JID.
      return towards(sender, { ...stanza, to: stanza.to ?? sender.jid }, 'other');
    case 'iq':
      return iqDeparture(sender, stanza);
    case 'presence':
      return presenceDeparture(sender, stanza);
  }
}

function iqDeparture(sender: Sender, iq: Iq): Departure {
  const { to } = iq;
  if (to === undefined || to === sender.jid) return ownIq(iq);
  if (isRequest(iq) && localOf(to) !== undefined && ownService(payloadOf(iq)?.ns) !== undefined) {
    // Another's roster is not the client's to read or write (RFC 6121 §2.3.3), and what it sends to a resource would
    // be a forged push. Refused here, the answer says nothing about whether the addressee exists.
    return { kind: 'refuse', error: iqError(iq, 'forbidden') };
  }
  return towards(sender, { ...iq, to }, 'other');
}

/** For the account itself (RFC 6120 §10.3.3): answers to pushes end here. */
function ownIq(iq: Iq): Departure {
  if (!isRequest(iq)) return { kind: 'ignore' };
  const service = ownService(payloadOf(iq)?.ns);
  return service === undefined
    ? { kind: 'refuse', error: iqError(iq, 'service-unavailable') }
    : { kind: 'serve', service, iq };
}

function presenceDeparture(sender: Sender, presence: Presence): Departure {
  const { to, type = 'available' } = presence;
  if (to === undefined) return presenceToNobody(presence);
  const addressed = { ...presence, to };
  switch (type) {
    case 'available':
    case 'unavailable':
      return towards(sender, addressed, 'presence-out');
    case 'error':
      return towards(sender, addressed, 'other');
    case 'probe':
      return refusal(sender, addressed, 'other') ?? { kind: 'probe', presence: addressed };
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
      return refusal(sender, addressed, 'other') ?? { kind: 'subscription', presence: addressed };
  }
}

/** RFC 6120 §10.3.2: availability is for all who watch; the other types are about one other entity. */
function presenceToNobody(presence: Presence): Departure {
  const { type, ...rest } = presence;
  if (type === undefined) return { kind: 'broadcast', presence: rest };
  if (type === 'unavailable') return { kind: 'broadcast', presence: { ...rest, type } };
  const text = `presence of type ${type} needs a 'to'`;
  const error = stanzaError(presence, 'bad-request', { text });
  return error ? { kind: 'refuse', error } : { kind: 'ignore' };
}

type Addressed = Stanza & { readonly to: Jid };

function towards(sender: Sender, stanza: Addressed, flow: JudgedFlow): Departure {
  if (bareOf(stanza.to) === sender.jid) return { kind: 'arrive', stanza };
  return refusal(sender, stanza, flow) ?? { kind: 'route', stanza };
}

/** XEP-0191 §3.3: what is sent to somebody blocked goes nowhere, and the client is told why. */
function refusal(
  { jid, session, policy, partyOf }: Sender,
  stanza: Addressed,
  flow: JudgedFlow,
): Departure | undefined {
  const { activeList } = session;
  if (bareOf(stanza.to) === jid || !restricts(policy, activeList)) return undefined;
  if (allows(policy, activeList, flow, partyOf(stanza.to))) return undefined;
  const extra = `<blocked xmlns='${NS.blockingErrors}'/>`;
  const error = stanzaError(stanza, 'not-acceptable', { type: 'cancel', extra });
  return error ? { kind: 'refuse', error } : { kind: 'ignore' };
}
