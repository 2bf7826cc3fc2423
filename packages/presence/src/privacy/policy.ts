/**
 * All that a user has said of whom to hear and to be heard by: their privacy lists (XEP-0016) and, in the same
 * store, what they blocked (XEP-0191 §5: the block list is the `jid` + `deny` items of the default list).
 */

import { verdictOf, type JudgedFlow, type PartyView, type PrivacyList } from './privacy-list.ts';

export interface PrivacyPolicy {
  readonly lists: ReadonlyMap<string, PrivacyList>;
  /** The name of the list that applies where no session has made another one active. */
  readonly defaultList?: string;
}

export const emptyPolicy: PrivacyPolicy = { lists: new Map() };

/**
 * Whether a stanza of this flow from or to the party may pass. `activeList` is that of the session concerned;
 * undefined means the default list, also for what concerns the user as a whole. Lists are not layered
 * (XEP-0016 §2.2 rule 1). Never ask about the user's own account: its resources always reach each other (§2.1).
 * An incoming probe is judged as `presence-out`, for that is what it would set off.
 */
export function allows(
  policy: PrivacyPolicy,
  activeList: string | undefined,
  flow: JudgedFlow,
  party: PartyView,
): boolean {
  const list = listInForce(policy, activeList);
  return list === undefined || verdictOf(list, flow, party) === 'allow';
}

/** False where `allows` is true for everyone: then the party need not be looked up. */
export function restricts(policy: PrivacyPolicy, activeList: string | undefined): boolean {
  return (listInForce(policy, activeList)?.items.length ?? 0) > 0;
}

/** The list that judges for a session: its active one, else the default, if there is any. */
export function listInForce(
  { lists, defaultList }: PrivacyPolicy,
  activeList: string | undefined,
): PrivacyList | undefined {
  if (lists.size === 0) return undefined;
  const active = activeList === undefined ? undefined : lists.get(activeList);
  return active ?? (defaultList === undefined ? undefined : lists.get(defaultList));
}
