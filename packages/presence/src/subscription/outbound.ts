/** A subscription stanza on its way out: the user's half changes, then the contact's half is told (RFC 6121 §3). */

import {
  bareOf,
  stanzaError,
  type BareJid,
  type FullJid,
  type Jid,
  type StanzaErrorCondition,
} from '@rollcall/xmpp';
import type { OutgoingHandshake } from '../handshake/outbox.ts';
import { isSeenBy } from '../presence/named-resources.ts';
import { mayBeSeen } from '../presence/watchers.ts';
import { changeContact } from '../roster/change-contact.ts';
import type { ContactEntry } from '../roster/contact.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { factsOf, isWatchedBy, type SubscriptionState } from './state.ts';
import type { SubscriptionStanza, SubscriptionType } from './subscription-type.ts';
import { outboundRow } from './tables.ts';

/** From a client. Both addresses become bare: a subscription is between users, not resources (RFC 6121 §3.1.2). */
export function subscriptionSent(
  turn: Turn,
  session: Session,
  stanza: SubscriptionStanza & { readonly to: Jid },
): void {
  const contact = bareOf(stanza.to);
  if (contact === turn.state.jid) return;
  const refusal = refusalOf(turn.state, contact, stanza);
  if (refusal === undefined) changeHalf(turn, contact, stanza);
  else {
    const error = stanzaError(stanza, refusal.condition, { type: 'wait', text: refusal.text });
    if (error) turn.emit({ kind: 'deliver', to: [session.ref], stanza: error });
  }
}

interface Refusal {
  readonly condition: StanzaErrorCondition;
  readonly text: string;
}

function refusalOf(
  { roster, rules }: UserState,
  contact: BareJid,
  { type, content }: SubscriptionStanza,
): Refusal | undefined {
  const entry = roster.get(contact);
  const { next, preApprove } = outboundRow(type, entry?.state ?? 'None');
  if (content.length > rules.storedContentLength) {
    return { condition: 'policy-violation', text: 'too long for a subscription stanza' };
  }
  if ((entry?.outbox.length ?? 0) >= rules.outboxPerContact) {
    return { condition: 'resource-constraint', text: 'earlier ones have not been sent yet' };
  }
  const isNewItem = entry?.listed !== true && (next !== 'None' || preApprove === true);
  if (isNewItem && roster.count('listed') >= rules.rosterItems) {
    return { condition: 'policy-violation', text: 'the roster is full' };
  }
  const isNewRequest = factsOf(next).pendingOut && !factsOf(entry?.state ?? 'None').pendingOut;
  if (isNewRequest && roster.count('pendingOut') >= rules.requestsPerRequester) {
    return { condition: 'resource-constraint', text: 'too many requests wait for an answer' };
  }
  return undefined;
}

/** What the tables say of the user's half. */
export function changeHalf(turn: Turn, contact: BareJid, stanza: OutgoingHandshake): void {
  const before = turn.contact(contact);
  const { after, outgoing } = outboundChange(turn.state, before, stanza);
  const isChanged = after.state !== before.state || after.approved !== before.approved;
  if (isChanged || outgoing.length > 0) changeContact(turn, after, { outgoing });
}

export interface OutboundChange {
  readonly after: ContactEntry;
  readonly outgoing: readonly OutgoingHandshake[];
}

export function outboundChange(
  state: UserState,
  before: ContactEntry,
  { type, id, lang, content, mends }: OutgoingHandshake,
): OutboundChange {
  const { route, next, preApprove } = outboundRow(type, before.state);
  const after = {
    ...withState(before, next),
    listed: before.listed || preApprove === true || isListedBy(type, route),
    approved: type !== 'unsubscribed' && (before.approved || preApprove === true),
  };
  if (!route) return { after, outgoing: [] };
  const gone = resourcesLost(state, before, next);
  const handshake = {
    type,
    gone,
    ...(id === undefined ? {} : { id }),
    ...(lang === undefined ? {} : { lang }),
    ...(content === undefined ? {} : { content }),
    ...(mends === undefined ? {} : { mends }),
  };
  return { after, outgoing: [handshake] };
}

/** Whoever is asked or approved becomes a roster item (RFC 6121 §3.1.2, §3.1.5). */
function isListedBy(type: SubscriptionType, isRouted: boolean): boolean {
  return type === 'subscribe' || (type === 'subscribed' && isRouted);
}

/** A request is kept until it is answered or withdrawn. */
export function withState(entry: ContactEntry, next: SubscriptionState): ContactEntry {
  const { request, ...rest } = entry;
  return {
    ...rest,
    state: next,
    ...(request !== undefined && factsOf(next).pendingIn ? { request } : {}),
  };
}

/**
 * The resources that the contact can no longer see, to be shown as gone together with the cancellation, in order
 * (RFC 6121 §3.2.2, §3.3.3).
 */
export function resourcesLost(
  state: UserState,
  { jid, state: before }: ContactEntry,
  next: SubscriptionState,
): readonly FullJid[] {
  if (!isWatchedBy(before) || isWatchedBy(next)) return [];
  const shown = [...state.sessions.values()].filter(
    (session) => mayBeSeen(session) && isSeenBy(state, session, jid),
  );
  return shown.map(({ address }) => address);
}
