/**
 * Subscriptions between a served domain and others (XEP-0267) as data: RFC 6121 Appendix A.3 for an entity that answers
 * requests at once, so that its states with a pending request from outside cannot be.
 */

import type { SubscriptionState } from '../subscription/state.ts';

export type DomainSubscription = Exclude<
  SubscriptionState,
  'None + Pending In' | 'None + Pending Out/In' | 'To + Pending In'
>;

export type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

/**
 * The state after a subscription stanza from outside. `subscribe` is the row for a request that is approved; it is
 * answered with `subscribed` in every state, which heals a peer that missed the first answer (RFC 6121 §3.1.3).
 */
export const domainTable = {
  None: { subscribe: 'From', subscribed: 'None', unsubscribe: 'None', unsubscribed: 'None' },
  'None + Pending Out': {
    subscribe: 'From + Pending Out',
    subscribed: 'To',
    unsubscribe: 'None + Pending Out',
    unsubscribed: 'None',
  },
  To: { subscribe: 'Both', subscribed: 'To', unsubscribe: 'To', unsubscribed: 'None' },
  From: { subscribe: 'From', subscribed: 'From', unsubscribe: 'None', unsubscribed: 'From' },
  'From + Pending Out': {
    subscribe: 'From + Pending Out',
    subscribed: 'Both',
    unsubscribe: 'None + Pending Out',
    unsubscribed: 'From',
  },
  Both: { subscribe: 'Both', subscribed: 'Both', unsubscribe: 'To', unsubscribed: 'From' },
} as const satisfies Record<DomainSubscription, Record<SubscriptionType, DomainSubscription>>;

/** The state after a request of the domain's own (RFC 6121 Appendix A.2.1). */
export const afterRequest = {
  None: 'None + Pending Out',
  'None + Pending Out': 'None + Pending Out',
  To: 'To',
  From: 'From + Pending Out',
  'From + Pending Out': 'From + Pending Out',
  Both: 'Both',
} as const satisfies Record<DomainSubscription, DomainSubscription>;
