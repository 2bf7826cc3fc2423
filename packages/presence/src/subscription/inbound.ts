/** A subscription stanza that arrived from the contact's half (RFC 6121 §3, RFC 3921 §9.3). */

import { bareOf, type BareJid, type FullJid, type Presence } from '@rollcall/xmpp';
import { withoutTold } from '../arrival/arrival-window.ts';
import { asksInReturn, isDomain, isDomainFull } from '../domain/server-presence.ts';
import {
  answerWithoutRecord,
  forgetHeard,
  unnumbered,
  type OutgoingHandshake,
} from '../handshake/outbox.ts';
import type { Handshake } from '../input.ts';
import { availableSessions } from '../presence/watchers.ts';
import { changeContact } from '../roster/change-contact.ts';
import type { ContactEntry } from '../roster/contact.ts';
import type { SessionRef } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';
import { askForPresence } from './approval.ts';
import { isForbidden, showToClients } from './notification.ts';
import { changeHalf, resourcesLost, withState } from './outbound.ts';
import { factsOf, isSubscribedTo, isWatchedBy } from './state.ts';
import {
  isSubscriptionStanza,
  type SubscriptionStanza,
  type SubscriptionType,
} from './subscription-type.ts';
import { inboundRow, outboundRow, type InboundRow } from './tables.ts';

/** How many of those who were heard of late are remembered besides the roster. */
const maxHeard = 64;

/** From the durable queue: stored before it is acknowledged, and harmless when it comes again. */
export function handshakeArrived(turn: Turn, delivery: string, handshake: Handshake): void {
  const { stanza, number } = handshake;
  const contact = bareOf(stanza.from ?? turn.state.jid);
  if (isSubscriptionStanza(stanza) && !isRepeated(turn, contact, handshake)) {
    if (isUnwanted(turn, stanza, contact)) {
      return answerWithoutRecord(turn, delivery, handshake, 'unsubscribed');
    }
    absorb(turn, { ...stanza, from: contact }, handshake);
    hear(turn, contact, number);
  }
  turn.emit({ kind: 'acknowledge', delivery });
}

/** What has no number goes by what it answers. */
function isRepeated({ state }: Turn, contact: BareJid, { number }: Handshake): boolean {
  const heard = Math.max(state.heard.get(contact) ?? 0, state.roster.get(contact)?.heard ?? 0);
  return number !== unnumbered && number <= heard;
}

function hear(turn: Turn, contact: BareJid, number: number): void {
  if (number === unnumbered) return;
  const heard = new Map(turn.state.heard);
  heard.delete(contact);
  heard.set(contact, number);
  for (const oldest of heard.keys()) {
    if (heard.size <= maxHeard) break;
    heard.delete(oldest);
  }
  turn.update({ heard });
}

/**
 * Whether a request is denied without asking the user, because too many wait already. A denial, not silence, so that
 * the two halves agree.
 */
function isUnwanted({ state }: Turn, { type }: SubscriptionStanza, contact: BareJid): boolean {
  if (type !== 'subscribe' || contact === state.jid) return false;
  const entry = state.roster.get(contact);
  const before = entry?.state ?? 'None';
  if (isDomain(state)) return !isWatchedBy(before) && isDomainFull(state);
  const { next } = inboundRow(type, before, entry?.approved === true);
  const isNew = factsOf(next).pendingIn && !factsOf(before).pendingIn;
  return isNew && state.roster.count('pendingIn') >= state.rules.storedRequestsPerUser;
}

type FromContact = SubscriptionStanza & { readonly from: BareJid };

function absorb(
  turn: Turn,
  stanza: FromContact,
  { number, gone, answers, heard = answers, mends }: Omit<Handshake, 'id' | 'stanza'>,
): void {
  const { state } = turn;
  // RFC 6121 §8.5.1: for nobody it is silently ignored. So is it by many who are there, which tells no one apart.
  if (!state.exists || stanza.from === state.jid) return;
  if (heard !== undefined) forgetHeard(turn, stanza.from, heard);
  const before = turn.contact(stanza.from);
  const isBlocked = isForbidden(state, before);
  // XEP-0191 §3.3: as if it had never come. Answers and cancellations count even then, or the halves would disagree.
  if (isBlocked && stanza.type === 'subscribe') {
    if (!isKnown(before)) return;
    if (mends !== true) return noteHeard(turn, before, number);
  }
  const isOutdated = heard !== undefined && isOutdatedBy(before, stanza.type, heard);
  // An automatic answer to what was asked before the subscription came about cannot end it.
  const isCancellation = stanza.type === 'unsubscribed' && answers === undefined;
  const isHalfOutdated = isOutdated && isCancellation && isSubscribedTo(before.state);
  if (!isOutdated || isHalfOutdated)
    applyInbound(turn, stanza, { isBlocked, number, asksStill: isHalfOutdated });
  showGone(turn, gone);
  if (stanza.type === 'subscribed' && isUnasked(before)) {
    // The contact's half believes in a subscription that ours does not know of: it is ended, as by the user.
    changeHalf(turn, stanza.from, { type: 'unsubscribe' });
  }
  if (stanza.type === 'subscribe' && asksInReturn(state, stanza.from)) {
    changeHalf(turn, stanza.from, { type: 'subscribe' });
  }
  const { state: after } = turn.contact(stanza.from);
  if (isSubscribedTo(after) && !isSubscribedTo(before.state)) askForPresence(turn, stanza.from);
}

/**
 * Whether the other half did not know, when it said so, what has been asked since: an approval is outdated by a request
 * that was withdrawn, a denial or cancellation by any. It will come upon that in its turn, and answer it.
 */
function isOutdatedBy(
  { asked, withdrawn }: ContactEntry,
  type: SubscriptionType,
  heard: number,
): boolean {
  return heard < (type === 'subscribed' ? withdrawn : asked);
}

/** Whether the contact's request is there already, or approved. */
function isKnown({ state }: ContactEntry): boolean {
  return isWatchedBy(state) || factsOf(state).pendingIn;
}

/** That it came is part of what the half says when it ends what it knows of. */
function noteHeard(turn: Turn, before: ContactEntry, number: number): void {
  if (number > before.heard) changeContact(turn, { ...before, heard: number });
}

function isUnasked({ state }: ContactEntry): boolean {
  return !factsOf(state).pendingOut && !isSubscribedTo(state);
}

interface InboundOptions {
  /** The user's clients are not to be shown the stanza. */
  readonly isBlocked: boolean;
  readonly number: number;
  /** A request to the contact is on its way that the stanza does not answer. */
  readonly asksStill?: boolean;
}

/** What the tables say of the user's half. Tells which sessions have been shown the stanza. */
export function applyInbound(
  turn: Turn,
  stanza: FromContact,
  { isBlocked, number, asksStill = false }: InboundOptions,
): readonly SessionRef[] {
  const before = turn.contact(stanza.from);
  const isApproved = before.approved || isDomain(turn.state);
  const row = inboundRow(stanza.type, before.state, isApproved);
  const isNews = row.deliver && !isBlocked;
  const shown = isNews ? showToClients(turn, stanza) : [];
  const kept = isNews ? keep(turn, before, stanza, shown.length > 0) : before;
  const next = asksStill ? outboundRow('subscribe', row.next).next : row.next;
  const after = { ...withState(kept, next), heard: Math.max(before.heard, number) };
  const outgoing = automaticReply(turn, before, row, number);
  // A request that is made again changes nothing but what its answer will answer.
  const isRenewed = stanza.type === 'subscribe' && factsOf(next).pendingIn;
  const isChanged = kept !== before || next !== before.state || outgoing.length > 0 || isRenewed;
  if (isChanged) changeContact(turn, after, { outgoing });
  return shown;
}

function automaticReply(
  { state }: Turn,
  before: ContactEntry,
  { autoReply, next }: InboundRow,
  answers: number,
): readonly OutgoingHandshake[] {
  if (autoReply === undefined) return [];
  return [{ type: autoReply, gone: resourcesLost(state, before, next), answers }];
}

/**
 * A request waits until it is answered, whole (RFC 6121 §3.1.3). Other news waits if nobody was there to hear it
 * (RFC 3921 §9.4), but only from contacts in the roster: strangers must not fill the record.
 */
function keep(
  { state }: Turn,
  entry: ContactEntry,
  stanza: FromContact,
  isHeard: boolean,
): ContactEntry {
  const isTooLong = stanza.content.length > state.rules.storedContentLength;
  const stored: Presence = { ...stanza, to: state.jid, ...(isTooLong ? { content: '' } : {}) };
  if (stanza.type === 'subscribe') {
    const saysMore = stored.content !== '' || stored.id !== undefined || stored.lang !== undefined;
    return saysMore ? { ...entry, request: stored } : entry;
  }
  if (isHeard || !entry.listed) return entry;
  // Of an approval and its end, only the later is news.
  const isAnswer = stanza.type !== 'unsubscribe';
  const others = entry.notices.filter(({ type }) => (type !== 'unsubscribe') !== isAnswer);
  return { ...entry, notices: [...others, stored] };
}

/**
 * The contact's resources can no longer be seen. They come with the cancellation, so that they come after it. A user who
 * has blocked the contact meanwhile may have seen them before, so it is said even then (XEP-0016 §2.10).
 */
function showGone(turn: Turn, gone: readonly FullJid[]): void {
  if (gone.length === 0) return;
  for (const session of availableSessions(turn.state)) {
    for (const from of gone) {
      const stanza = { kind: 'presence', type: 'unavailable', from, content: '' } as const;
      turn.emit({ kind: 'deliver', to: [session.ref], stanza });
    }
    if (session.arrival === undefined) continue;
    turn.putSession({ ...session, arrival: withoutTold(session.arrival, gone) });
  }
}
