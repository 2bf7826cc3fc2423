/** The nine subscription states of RFC 3921 §9.1 (RFC 6121 Appendix A.1), from one user's side of a contact. */

export const subscriptionStates = [
  'None',
  'None + Pending Out',
  'None + Pending In',
  'None + Pending Out/In',
  'To',
  'To + Pending In',
  'From',
  'From + Pending Out',
  'Both',
] as const;

export type SubscriptionState = (typeof subscriptionStates)[number];

/** What a state means. A roster item shows the first two as `subscription` and `ask='subscribe'`, never the third. */
export interface SubscriptionFacts {
  readonly subscription: 'none' | 'to' | 'from' | 'both';
  /** The user has asked to see the contact's presence. */
  readonly pendingOut: boolean;
  /** The contact has asked to see the user's. */
  readonly pendingIn: boolean;
}

const facts = {
  None: { subscription: 'none', pendingOut: false, pendingIn: false },
  'None + Pending Out': { subscription: 'none', pendingOut: true, pendingIn: false },
  'None + Pending In': { subscription: 'none', pendingOut: false, pendingIn: true },
  'None + Pending Out/In': { subscription: 'none', pendingOut: true, pendingIn: true },
  To: { subscription: 'to', pendingOut: false, pendingIn: false },
  'To + Pending In': { subscription: 'to', pendingOut: false, pendingIn: true },
  From: { subscription: 'from', pendingOut: false, pendingIn: false },
  'From + Pending Out': { subscription: 'from', pendingOut: true, pendingIn: false },
  Both: { subscription: 'both', pendingOut: false, pendingIn: false },
} as const satisfies Record<SubscriptionState, SubscriptionFacts>;

export function factsOf(state: SubscriptionState): SubscriptionFacts {
  return facts[state];
}

/** Whether the user sees the contact's presence. */
export function isSubscribedTo(state: SubscriptionState): boolean {
  const { subscription } = facts[state];
  return subscription === 'to' || subscription === 'both';
}

/** Whether the contact sees the user's presence. */
export function isWatchedBy(state: SubscriptionState): boolean {
  const { subscription } = facts[state];
  return subscription === 'from' || subscription === 'both';
}
