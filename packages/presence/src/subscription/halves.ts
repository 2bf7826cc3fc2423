/**
 * The two halves of a subscription, held against each other: `asker` sees the presence of `giver`. Where they do not
 * agree, the asker's half mends it, by the stanzas that the RFC has for it. What the giver's half does not know of is
 * not seen (RFC 6121 §4.3.2 rule 1), so that nobody ever sees more for having been mended.
 */

import type { BareJid } from '@rollcall/xmpp';
import type { ComparedHalves } from '../input.ts';
import { blankContact } from '../roster/contact.ts';
import type { Turn } from '../turn.ts';
import type { UserState } from '../user-state.ts';
import { endSubscription } from './heal.ts';
import { applyInbound } from './inbound.ts';
import { isForbidden } from './notification.ts';
import { changeHalf } from './outbound.ts';
import { factsOf, isSubscribedTo, isWatchedBy, type SubscriptionState } from './state.ts';

/** What the asker's half says. */
export type AskingHalf = 'subscribed' | 'asked' | 'nothing';
/** What the giver's half says. */
export type GivingHalf = 'approved' | 'requested' | 'nothing';

export type Remedy =
  /** As if `unsubscribed` had come; `unsubscribe` tells the giver, whatever its half says by then. */
  | 'end'
  /**
   * `subscribe` is sent again; the giver's half answers it by itself if it has approved already (§3.1.3), even if the
   * asker is blocked by now: a block does not end a subscription, and shows nothing of it.
   */
  | 'ask-again'
  /** `unsubscribe`: the giver's half ends what the asker's does not know of (§3.3.3). */
  | 'withdraw';

const remedies: Readonly<Record<AskingHalf, Readonly<Record<GivingHalf, Remedy | undefined>>>> = {
  subscribed: { approved: undefined, requested: 'end', nothing: 'end' },
  asked: { approved: 'ask-again', requested: undefined, nothing: 'ask-again' },
  nothing: { approved: 'withdraw', requested: 'withdraw', nothing: undefined },
};

export function askingHalf(state: SubscriptionState): AskingHalf {
  if (isSubscribedTo(state)) return 'subscribed';
  return factsOf(state).pendingOut ? 'asked' : 'nothing';
}

export function givingHalf(state: SubscriptionState): GivingHalf {
  if (isWatchedBy(state)) return 'approved';
  return factsOf(state).pendingIn ? 'requested' : 'nothing';
}

/** Undefined where the two agree. */
export function remedyFor(asking: AskingHalf, giving: GivingHalf): Remedy | undefined {
  return remedies[asking][giving];
}

/** What one half says of the contact, with the numbers by which handshakes are told apart. */
export interface NumberedHalf {
  readonly state: SubscriptionState;
  /** Of the last that it has asked of the contact. */
  readonly asked: number;
  /** Of the last that came from the contact. */
  readonly heard: number;
}

/**
 * The number of the last request, if it was lost on its way: the giver's half never heard of it, though what it says
 * agrees. The asker's half would go on waiting for an answer when the giver's has ended all that it knows of.
 */
export function unheardOf(asker: NumberedHalf, giver: NumberedHalf): number | undefined {
  const isWaited = askingHalf(asker.state) !== 'nothing' && givingHalf(giver.state) !== 'nothing';
  return isWaited && asker.asked > giver.heard ? asker.asked : undefined;
}

/** One user's side of a contact, as an audit compares it. */
export interface Half extends NumberedHalf {
  /** Something for the contact is on its way: the halves may differ until it has arrived. */
  readonly isUnderWay: boolean;
  /** The user hears nothing of the contact's requests (XEP-0191 §3.3): that they are not noted is no disagreement. */
  readonly isDeaf: boolean;
}

export function halfOf(state: UserState, contact: BareJid): Half {
  const entry = state.roster.get(contact);
  return {
    state: entry?.state ?? 'None',
    asked: entry?.asked ?? 0,
    heard: entry?.heard ?? 0,
    isUnderWay: (entry?.outbox.length ?? 0) > 0,
    isDeaf: isForbidden(state, entry ?? blankContact(contact)),
  };
}

/** All contacts for whom the user's half says something. */
export function* contactsOf({
  roster,
}: UserState): Generator<NumberedHalf & { readonly contact: BareJid }> {
  for (const { jid, state, asked, heard } of roster.entries())
    if (state !== 'None') yield { contact: jid, state, asked, heard };
}

export function halvesCompared(turn: Turn, compared: ComparedHalves): void {
  const { contact, mine, theirs, unheard, heard = 0 } = compared;
  const { state, outbox, asked } = turn.contact(contact);
  if (!turn.state.exists || state !== mine || outbox.length > 0) return;
  if (theirs === 'no-account') return endWithNobody(turn, contact, mine);
  turn.update({ roster: turn.state.roster.countingFrom(heard) });
  switch (remedyFor(askingHalf(mine), givingHalf(theirs))) {
    case 'end':
      return void endSubscription(turn, contact);
    case 'ask-again':
      return askAgain(turn, contact);
    case 'withdraw':
      return changeHalf(turn, contact, { type: 'unsubscribe' });
    case undefined:
      if (unheard === asked) askAgain(turn, contact);
  }
}

function askAgain(turn: Turn, contact: BareJid): void {
  changeHalf(turn, contact, { type: 'subscribe', mends: true });
}

/** As when the contact's account was removed. A request to nobody waits for ever, which tells no one apart (§8.5.1). */
function endWithNobody(turn: Turn, contact: BareJid, mine: SubscriptionState): void {
  if (givingHalf(mine) !== 'nothing') {
    const stanza = {
      kind: 'presence',
      type: 'unsubscribe',
      from: contact,
      to: turn.state.jid,
      content: '',
    } as const;
    applyInbound(turn, stanza, { isBlocked: false, number: 0 });
  }
  if (isSubscribedTo(mine)) endSubscription(turn, contact);
}
