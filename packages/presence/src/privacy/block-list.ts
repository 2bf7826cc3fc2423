/**
 * The block list of XEP-0191 as a view of the default privacy list (§5): its items that deny everything to a JID.
 * New ones go to the front, where no other item can overrule them.
 */

import type { Jid } from '@rollcall/xmpp';
import { privacyList, type PrivacyItem, type PrivacyList } from './privacy-list.ts';
import type { PrivacyPolicy } from './policy.ts';

/** The blocked JIDs, in the order of the list. */
export function blockedJids({ lists, defaultList }: PrivacyPolicy): readonly Jid[] {
  const list = defaultList === undefined ? undefined : lists.get(defaultList);
  const jids = list?.items.map(blockedBy).filter((jid) => jid !== undefined);
  return [...new Set(jids)];
}

/** The policy with these JIDs blocked; itself, if they already are and nothing can overrule it. */
export function withBlocked(policy: PrivacyPolicy, jids: readonly Jid[]): PrivacyPolicy {
  const list = defaultOf(policy) ?? privacyList(freeName(policy), [], true);
  const front = list.items.slice(0, lengthOfFront(list.items));
  const inFront = new Set(front.map(blockedBy));
  const added = jids.filter((jid) => !inFront.has(jid));
  if (added.length === 0) return policy;
  const moved = new Set<Jid | undefined>(added);
  const rest = list.items.slice(front.length).filter((item) => !moved.has(blockedBy(item)));
  return withDefault(policy, renumbered(list, [...front, ...added.map(blockOf), ...rest]));
}

/** The policy without blocks of these JIDs, or without any; itself, if there are none. */
export function withoutBlocked(policy: PrivacyPolicy, jids: readonly Jid[] | 'all'): PrivacyPolicy {
  const list = defaultOf(policy);
  if (list === undefined) return policy;
  const named = jids === 'all' ? undefined : new Set(jids);
  const kept = list.items.filter((item) => {
    const blocked = blockedBy(item);
    return blocked === undefined || (named !== undefined && !named.has(blocked));
  });
  if (kept.length === list.items.length) return policy;
  return withDefault(policy, privacyList(list.name, kept, list.virtual));
}

function blockedBy({ match, action, flows }: PrivacyItem): Jid | undefined {
  return match.by === 'jid' && action === 'deny' && flows.length === 0 ? match.value : undefined;
}

function blockOf(jid: Jid): PrivacyItem {
  return { match: { by: 'jid', value: jid }, action: 'deny', order: 0, flows: [] };
}

function lengthOfFront(items: readonly PrivacyItem[]): number {
  const end = items.findIndex((item) => blockedBy(item) === undefined);
  return end < 0 ? items.length : end;
}

function defaultOf({ lists, defaultList }: PrivacyPolicy): PrivacyList | undefined {
  return defaultList === undefined ? undefined : lists.get(defaultList);
}

/** Orders are not fixed (XEP-0016 §2.6), and whoever reads the list again sees them in their new sequence. */
function renumbered({ name, virtual }: PrivacyList, items: readonly PrivacyItem[]): PrivacyList {
  const numbered = items.map((item, index) => ({ ...item, order: index + 1 }));
  return privacyList(name, numbered, virtual);
}

function withDefault(policy: PrivacyPolicy, list: PrivacyList): PrivacyPolicy {
  return { lists: new Map(policy.lists).set(list.name, list), defaultList: list.name };
}

/** A declined default list stays as it was, so that its blocks do not come back with the next one. */
function freeName({ lists }: PrivacyPolicy): string {
  let name = 'blocklist';
  for (let next = 2; lists.has(name); next += 1) name = `blocklist-${next}`;
  return name;
}
