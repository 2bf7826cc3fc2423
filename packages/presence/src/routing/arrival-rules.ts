/**
 * What happens to a stanza that arrives for a user: RFC 6121 §8.5 as data, a row per situation, a column per type.
 *
 * Three choices that the RFC leaves open:
 *
 * - Between several resources with a non-negative priority, chat and normal messages go to those with the highest
 *   (§8.5.2.1.1, option a). Option b, all of them, is a SHOULD NOT for chat unless each has opted in; and a client that
 *   states a lower priority asks not to be the one. Prosody and ejabberd do the same.
 * - Where silence and an error are both allowed, an error: a message never disappears unnoticed (the reason why
 *   XEP-0016 changed to errors in its version 1.5). Headlines are the exception: they are unasked-for news, and to a bare
 *   JID silence is a MUST.
 * - Nobody, the blocked sender's view, and a user without resources and offline store get the same answers, so that
 *   none of them shows which it is. For this a blocked headline is ignored (XEP-0191 §3.3: SHOULD be an error).
 */

import type { IqType, MessageType } from '@rollcall/xmpp';

export type MessageAction =
  /** To the resource it names, available or not. */
  | 'match'
  /** To the available resources whose priority is the highest, and not negative. */
  | 'mostAvailable'
  /** To all available resources whose priority is not negative. */
  | 'nonNegative'
  /** To the port of the offline store, or else an error. */
  | 'offline'
  /** `service-unavailable` */
  | 'error'
  | 'ignore';

export type IqAction = Extract<MessageAction, 'match' | 'error' | 'ignore'>;
/** `available`: to all available resources, whatever their priority. */
export type PresenceAction = Extract<MessageAction, 'match' | 'ignore'> | 'available';

/** Presence that is routed like a message; probes and subscription stanzas have ways of their own (§3, §4.3). */
export type RoutedPresence = 'available' | 'unavailable' | 'error';

interface Row<Type extends string, Action> {
  readonly section: string;
  readonly actions: Readonly<Record<Type, Action>>;
}

/** Whom a message finds. "Online" is a resource that is available with a non-negative priority. */
export type MessageSituation =
  'nobody' | 'bareOffline' | 'bareOnline' | 'fullMatch' | 'fullOffline' | 'fullOnline';

export const messageRules = {
  /** No such user; or the sender is blocked. */
  nobody: {
    section: 'RFC 6121 §8.5.1, XEP-0191 §3.3',
    actions: {
      normal: 'error',
      chat: 'error',
      groupchat: 'error',
      headline: 'ignore',
      error: 'ignore',
    },
  },
  bareOffline: {
    section: 'RFC 6121 §8.5.2.2.1; for negative priorities §8.5.2.1.1',
    actions: {
      normal: 'offline',
      chat: 'offline',
      groupchat: 'error',
      headline: 'ignore',
      error: 'ignore',
    },
  },
  bareOnline: {
    section: 'RFC 6121 §8.5.2.1.1',
    actions: {
      normal: 'mostAvailable',
      chat: 'mostAvailable',
      groupchat: 'error',
      headline: 'nonNegative',
      error: 'ignore',
    },
  },
  fullMatch: {
    section: 'RFC 6121 §8.5.3.1',
    actions: {
      normal: 'match',
      chat: 'match',
      groupchat: 'match',
      headline: 'match',
      error: 'match',
    },
  },
  fullOffline: {
    section: 'RFC 6121 §8.5.3.2.1',
    actions: {
      normal: 'error',
      chat: 'offline',
      groupchat: 'error',
      headline: 'ignore',
      error: 'ignore',
    },
  },
  fullOnline: {
    section: 'RFC 6121 §8.5.3.2.1',
    actions: {
      normal: 'error',
      chat: 'mostAvailable',
      groupchat: 'error',
      headline: 'ignore',
      error: 'ignore',
    },
  },
} as const satisfies Record<MessageSituation, Row<MessageType, MessageAction>>;

/** Whom an iq finds. The server answers for the account itself, never a resource. */
export type IqSituation = 'account' | 'fullKnown' | 'fullStranger' | 'fullNobody';

export const iqRules = {
  /** The bare JID of a user, existing or not. Of others' requests the server serves none on the user's behalf. */
  account: {
    section: 'RFC 6121 §8.5.1, §8.5.2.1.3, §8.5.2.2.3',
    actions: { get: 'error', set: 'error', result: 'ignore', error: 'ignore' },
  },
  /** The resource shares its presence with the sender. */
  fullKnown: {
    section: 'RFC 6121 §8.5.3.1',
    actions: { get: 'match', set: 'match', result: 'match', error: 'match' },
  },
  /** It does not: an answer would reveal that it is there. */
  fullStranger: {
    section: 'RFC 6121 §8.5.3.1',
    actions: { get: 'error', set: 'error', result: 'match', error: 'match' },
  },
  /** No such resource, no such user, or the sender is blocked. */
  fullNobody: {
    section: 'RFC 6121 §8.5.1, §8.5.3.2.3, XEP-0191 §3.3',
    actions: { get: 'error', set: 'error', result: 'ignore', error: 'ignore' },
  },
} as const satisfies Record<IqSituation, Row<IqType, IqAction>>;

export type PresenceSituation = 'nobody' | 'bare' | 'fullMatch' | 'fullNone';

export const presenceRules = {
  /** No such user; or the sender is blocked. */
  nobody: {
    section: 'RFC 6121 §8.5.1, XEP-0191 §3.3',
    actions: { available: 'ignore', unavailable: 'ignore', error: 'ignore' },
  },
  bare: {
    section: 'RFC 6121 §8.5.2.1.2, §8.5.2.2.2',
    actions: { available: 'available', unavailable: 'available', error: 'available' },
  },
  fullMatch: {
    section: 'RFC 6121 §8.5.3.1',
    actions: { available: 'match', unavailable: 'match', error: 'match' },
  },
  fullNone: {
    section: 'RFC 6121 §8.5.3.2.2',
    actions: { available: 'ignore', unavailable: 'ignore', error: 'ignore' },
  },
} as const satisfies Record<PresenceSituation, Row<RoutedPresence, PresenceAction>>;
