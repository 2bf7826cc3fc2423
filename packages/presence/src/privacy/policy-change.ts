// What the handlers of the two protocols are told and what they answer: privacy lists and the blocking command.

import type { Iq, Stanza } from '@rollcall/xmpp';
import type { Session, SessionRef } from '../session/session.ts';
import type { PrivacyPolicy } from './policy.ts';

/** Bounds on what a user may store. Beyond them: `policy-violation`. */
export interface PolicyLimits {
  readonly privacyLists: number;
  /** Items in one list, those of the block list among them. */
  readonly privacyItems: number;
  /** Addresses in the block list. */
  readonly blockedItems: number;
  /** UTF-8 bytes of a list's name. */
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
  /** Whether any roster item is in that group (XEP-0016 §2.1: `item-not-found` for others). */
  readonly hasGroup: (group: string) => boolean;
  /** Unique among what the server sends to this user; the ids of pushes start with it. */
  readonly pushId: string;
}

/** A privacy list push or a block push. The front-end splices each session's own address in as `to`. */
export interface PolicyPush {
  readonly to: readonly SessionRef[];
  readonly stanza: Iq;
}

/** What an iq did. The order of the effects: save the policy, presence that follows from it, `reply`, `pushes`. */
export interface PolicyChange {
  /** Only if it differs from before; it must be saved. */
  readonly policy?: PrivacyPolicy;
  /** Only if the asking session's active list changes; undefined as name is back to the default list. */
  readonly activeList?: { readonly name: string | undefined };
  /** The asking session has retrieved the block list: from now on it gets block pushes (XEP-0191 §3.3). */
  readonly wantsBlockPushes?: true;
  readonly reply: Stanza;
  readonly pushes: readonly PolicyPush[];
}

/** An iq that wants an answer. */
export type IqRequest = Iq & { readonly type: 'get' | 'set' };
