/** Everything that belongs to one contact. It is one value, so that a change of it is one write. */

import type { BareJid, Presence } from '@rollcall/xmpp';
import type { Handshake } from '../input.ts';
import type { SubscriptionState } from '../subscription/state.ts';

export interface ContactEntry {
  readonly jid: BareJid;
  readonly state: SubscriptionState;
  /** Whether clients see it as a roster item. A stranger's request is an entry that is not listed. */
  readonly listed: boolean;
  /** The user has approved the contact in advance (RFC 6121 §3.4). */
  readonly approved: boolean;
  /** The roster version at which clients last saw the item change. */
  readonly version: number;
  readonly name?: string;
  readonly groups: readonly string[];
  /** The request that waits for an answer, if it says more than that it is one (RFC 6121 §3.1.3). */
  readonly request?: Presence;
  /** Answers and cancellations that nobody was there to hear (RFC 3921 §9.4). */
  readonly notices: readonly Presence[];
  /** The number of the last `subscribe` or `unsubscribe` to the contact. */
  readonly asked: number;
  /** The number of the last `unsubscribe` to the contact: what answers an earlier request is outdated. */
  readonly withdrawn: number;
  /** The number of the last handshake that came from the contact. */
  readonly heard: number;
  /** What has not been confirmed by the durable queue, in order; only the first is on its way. */
  readonly outbox: readonly Handshake[];
}

/** A contact that nothing is known of. */
export function blankContact(jid: BareJid): ContactEntry {
  return {
    jid,
    state: 'None',
    listed: false,
    approved: false,
    version: 0,
    groups: nothing,
    notices: nothing,
    asked: 0,
    withdrawn: 0,
    heard: 0,
    outbox: nothing,
  };
}

/** Whether there is nothing left to keep. */
export function isBlank({ state, listed, notices, outbox }: ContactEntry): boolean {
  return state === 'None' && !listed && notices.length === 0 && outbox.length === 0;
}

/** Most contacts have no groups, notices or handshakes: they share one empty list. */
export const nothing: readonly never[] = Object.freeze([]);
