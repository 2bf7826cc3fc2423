/** What the handlers of privacy lists and of the blocking command are told, and what they answer. */

import type { Iq, StanzaErrorCondition } from '@rollcall/xmpp';
import { iqError, type IqRequest } from '../routing/iq-reply.ts';
import type { Session, SessionRef } from '../session/session.ts';
import type { PrivacyPolicy } from './policy.ts';

/** Bounds on what a user may store. What goes beyond them is refused with `policy-violation`. */
export interface PolicyLimits {
  readonly privacyLists: number;
  /** Items in one list that a client writes. */
  readonly privacyItems: number;
  /** Addresses in the block list, when the blocking command adds to it. */
  readonly blockedItems: number;
  /** UTF-8 bytes in a list's name. */
  readonly nameBytes: number;
}

export type PolicySession = Pick<Session, 'ref' | 'resource' | 'activeList' | 'wantsBlockPushes'>;

export interface PolicyContext {
  readonly policy: PrivacyPolicy;
  readonly limits: PolicyLimits;
  /** The session that asks. */
  readonly session: PolicySession;
  /** All connected sessions, the asking one among them, available or not. */
  readonly sessions: readonly PolicySession[];
  /** Whether any roster item is in the group: a rule about another is refused (XEP-0016 §2.1). */
  readonly hasGroup: (group: string) => boolean;
  /** Unique among what the server sends to this user; the ids of pushes begin with it. */
  readonly pushId: string;
}

/** A privacy list push or a block push. It has no `to`: the front-end puts each session's own address in. */
export interface PolicyPush {
  readonly to: readonly SessionRef[];
  readonly stanza: Iq;
}

/**
 * What an iq did. To be carried out in this order: save the policy, tell those whose view of the user changes
 * (`flowChanges`), send `reply`, send `pushes`.
 */
export interface PolicyChange {
  /** Present if it is another policy than before. */
  readonly policy?: PrivacyPolicy;
  /** Present if the asking session's active list changes; without a name the default list applies again. */
  readonly activeList?: { readonly name: string | undefined };
  /** Present if the asking session has retrieved the block list, after which it gets block pushes. */
  readonly wantsBlockPushes?: true;
  readonly reply: Iq;
  readonly pushes: readonly PolicyPush[];
}

/** Nothing changes; `text` says why, for people. */
export function refused(
  iq: IqRequest,
  condition: StanzaErrorCondition,
  text?: string,
): PolicyChange {
  return { reply: iqError(iq, condition, text === undefined ? {} : { text }), pushes: [] };
}
