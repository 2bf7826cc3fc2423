// The nine subscription states as the two words of a roster item, `subscription` and `ask`, and back.

import type { SubscriptionState } from '@rollcall/presence';

export const subscriptions = ['none', 'to', 'from', 'both'] as const;
export type Subscription = (typeof subscriptions)[number];

/** What is asked and not answered yet: by the user (`subscribe`), by the contact (`in`), or each by each (`both`). */
export const asks = ['subscribe', 'in', 'both'] as const;
export type Ask = (typeof asks)[number];

interface Words {
  readonly subscription: Subscription;
  readonly ask?: Ask;
}

const wordsOfStates: Readonly<Record<SubscriptionState, Words>> = {
  None: { subscription: 'none' },
  'None + Pending Out': { subscription: 'none', ask: 'subscribe' },
  'None + Pending In': { subscription: 'none', ask: 'in' },
  'None + Pending Out/In': { subscription: 'none', ask: 'both' },
  To: { subscription: 'to' },
  'To + Pending In': { subscription: 'to', ask: 'in' },
  From: { subscription: 'from' },
  'From + Pending Out': { subscription: 'from', ask: 'subscribe' },
  Both: { subscription: 'both' },
};

export function wordsOf(state: SubscriptionState): Words {
  return wordsOfStates[state];
}

/**
 * Who has a subscription no longer asks for it: servers leave such an `ask` behind, and it says nothing
 * (RFC 3921 §9.1 has no such state).
 */
export function stateOf(subscription: Subscription, ask: Ask | undefined): SubscriptionState {
  const seesContact = subscription === 'to' || subscription === 'both';
  const isSeen = subscription === 'from' || subscription === 'both';
  const pendingOut = !seesContact && (ask === 'subscribe' || ask === 'both');
  const pendingIn = !isSeen && (ask === 'in' || ask === 'both');
  if (seesContact && isSeen) return 'Both';
  if (seesContact) return pendingIn ? 'To + Pending In' : 'To';
  if (isSeen) return pendingOut ? 'From + Pending Out' : 'From';
  if (pendingOut) return pendingIn ? 'None + Pending Out/In' : 'None + Pending Out';
  return pendingIn ? 'None + Pending In' : 'None';
}
