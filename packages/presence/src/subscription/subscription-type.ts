/** The four kinds of presence that change subscriptions (RFC 6121 §3). */

import type { Presence } from '@rollcall/xmpp';

export type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';

export type SubscriptionStanza = Presence & { readonly type: SubscriptionType };

const types: ReadonlySet<unknown> = new Set<SubscriptionType>([
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
]);

export function isSubscriptionType(type: unknown): type is SubscriptionType {
  return types.has(type);
}

export function isSubscriptionStanza(presence: Presence): presence is SubscriptionStanza {
  return isSubscriptionType(presence.type);
}
