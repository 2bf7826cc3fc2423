/** What goes with a contact: both subscriptions, whatever is pending, and a pre-approval (RFC 6121 §2.5.2). */

import type { OutgoingHandshake } from '../handshake/outbox.ts';
import { outboundChange } from '../subscription/outbound.ts';
import { factsOf, isSubscribedTo, isWatchedBy } from '../subscription/state.ts';
import type { SubscriptionType } from '../subscription/subscription-type.ts';
import type { UserState } from '../user-state.ts';
import { nothing, type ContactEntry } from './contact.ts';

export interface Removal {
  /** What is left of the contact: at most what it has yet to be told. */
  readonly after: ContactEntry;
  readonly outgoing: readonly OutgoingHandshake[];
}

/** RFC 3921 §8.6: both cancellations in one. A request in either direction is withdrawn or denied by them too. */
export function removalOf(state: UserState, entry: ContactEntry): Removal {
  const outgoing: OutgoingHandshake[] = [];
  let left = entry;
  for (const type of cancellationsFor(entry)) {
    const change = outboundChange(state, left, { type });
    left = change.after;
    outgoing.push(...change.outgoing);
  }
  const { name: _name, ...rest } = left;
  const after = { ...rest, listed: false, approved: false, groups: nothing, notices: nothing };
  return { after, outgoing };
}

function cancellationsFor({ state }: ContactEntry): readonly SubscriptionType[] {
  const { pendingIn, pendingOut } = factsOf(state);
  const types: SubscriptionType[] = [];
  if (isSubscribedTo(state) || pendingOut) types.push('unsubscribe');
  if (isWatchedBy(state) || pendingIn) types.push('unsubscribed');
  return types;
}
