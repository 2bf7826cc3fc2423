/**
 * One privacy list (XEP-0016 §2.1): rules in an order, of which the first that matches decides. A list is
 * indexed when it is made, so that judging a party costs a few look-ups however long the list is.
 */

import { bareOf, domainOf, isFullJid, localOf, type FullJid, type Jid } from '@rollcall/xmpp';

/**
 * What an item may single out (XEP-0016 §2.1). `message` and `iq` are incoming ones; `presence-in` and
 * `presence-out` are notifications, directed ones too: available and unavailable presence.
 */
export type StanzaFlow = 'message' | 'iq' | 'presence-in' | 'presence-out';

/**
 * A flow to be judged. `other` is what only items without flows of their own cover (XEP-0016 §2.13):
 * subscription stanzas both ways, and the user's own messages and iqs going out.
 */
export type JudgedFlow = StanzaFlow | 'other';

export type Subscription = 'none' | 'to' | 'from' | 'both';

/** The other entity, as the user's roster knows it. Never the user's own account, which no list may block. */
export interface PartyView {
  readonly jid: Jid;
  /** `none` for those who are not in the roster, too. */
  readonly subscription: Subscription;
  readonly groups: readonly string[];
}

/** Whom an item is about. `anyone` is an item without a type, the fall-through case. */
export type PrivacyMatch =
  | { readonly by: 'jid'; readonly value: Jid }
  | { readonly by: 'group'; readonly value: string }
  | { readonly by: 'subscription'; readonly value: Subscription }
  | { readonly by: 'anyone' };

export interface PrivacyItem {
  readonly match: PrivacyMatch;
  readonly action: 'allow' | 'deny';
  /** Unsigned, unique in its list. */
  readonly order: number;
  /** What it is restricted to; empty where it covers every stanza. */
  readonly flows: readonly StanzaFlow[];
}

export interface PrivacyList {
  readonly name: string;
  /** In ascending order. */
  readonly items: readonly PrivacyItem[];
  /** Made by the blocking command and never edited as a privacy list (the "virtual list" of XEP-0191 §5). */
  readonly virtual: boolean;
  readonly index: PrivacyIndex;
}

/** The items by what they match, each bucket in ascending order. */
export interface PrivacyIndex {
  readonly jids: ReadonlyMap<string, readonly PrivacyItem[]>;
  readonly groups: ReadonlyMap<string, readonly PrivacyItem[]>;
  readonly subscriptions: ReadonlyMap<string, readonly PrivacyItem[]>;
  readonly anyone: readonly PrivacyItem[];
  /** The full JIDs of users that items name: these resources may be judged apart from the rest of their user's. */
  readonly resources: readonly FullJid[];
}

/** Sorts and indexes the items. That their orders are unique is checked where they come from. */
export function privacyList(
  name: string,
  items: readonly PrivacyItem[],
  virtual = false,
): PrivacyList {
  const sorted = items.toSorted((a, b) => a.order - b.order);
  return { name, items: sorted, virtual, index: indexOf(sorted) };
}

/** What the list says to a stanza of this flow from or to the party; `allow` where no item matches (§2.2 rule 7). */
export function verdictOf(
  { items, index }: PrivacyList,
  flow: JudgedFlow,
  party: PartyView,
): 'allow' | 'deny' {
  if (items.length === 0) return 'allow';
  const bare = bareOf(party.jid);
  const domain = domainOf(party.jid);
  // `domain/resource` matches only that entity (§2.1), so it is never tried for `user@domain/resource`.
  let first = firstFor(flow, index.jids.get(party.jid));
  if (bare !== party.jid) first = earlier(first, firstFor(flow, index.jids.get(bare)));
  if (domain !== bare) first = earlier(first, firstFor(flow, index.jids.get(domain)));
  first = earlier(first, firstFor(flow, index.subscriptions.get(party.subscription)));
  if (index.groups.size > 0) {
    for (const group of party.groups) {
      first = earlier(first, firstFor(flow, index.groups.get(group)));
    }
  }
  first = earlier(first, firstFor(flow, index.anyone));
  return first?.action ?? 'allow';
}

function firstFor(
  flow: JudgedFlow,
  items: readonly PrivacyItem[] | undefined,
): PrivacyItem | undefined {
  return items?.find(({ flows }) => flows.length === 0 || flows.some((each) => each === flow));
}

function earlier(a: PrivacyItem | undefined, b: PrivacyItem | undefined): PrivacyItem | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.order < b.order ? a : b;
}

function indexOf(items: readonly PrivacyItem[]): PrivacyIndex {
  const jids = new Map<string, PrivacyItem[]>();
  const groups = new Map<string, PrivacyItem[]>();
  const subscriptions = new Map<string, PrivacyItem[]>();
  const anyone: PrivacyItem[] = [];
  const buckets = { jid: jids, group: groups, subscription: subscriptions };
  for (const item of items) {
    const { match } = item;
    if (match.by === 'anyone') {
      anyone.push(item);
      continue;
    }
    const bucket = buckets[match.by].get(match.value);
    if (bucket) bucket.push(item);
    else buckets[match.by].set(match.value, [item]);
  }
  return { jids, groups, subscriptions, anyone, resources: resourcesIn(items) };
}

function resourcesIn(items: readonly PrivacyItem[]): readonly FullJid[] {
  const resources = new Set<FullJid>();
  for (const { match } of items) {
    if (match.by !== 'jid' || !isFullJid(match.value)) continue;
    if (localOf(match.value) !== undefined) resources.add(match.value);
  }
  return [...resources];
}
