/**
 * Who must be told when a session's view of the world changes in mid-session: a list was edited, made active,
 * declined, or somebody was blocked or unblocked.
 */

import { allows, listInForce, type PrivacyPolicy } from './policy.ts';
import type { JudgedFlow, PartyView } from './privacy-list.ts';

/** What judges for one session: the policy and the session's active list. */
export interface PolicyScope {
  readonly policy: PrivacyPolicy;
  readonly activeList: string | undefined;
}

export interface FlowChanges {
  /** May no longer. `presence-out`: send them unavailable (XEP-0016 §2.11); `presence-in`: show them as gone (§2.10). */
  readonly stopped: readonly PartyView[];
  /** May again. `presence-out`: send them the current presence (XEP-0191 §3.4); `presence-in`: probe them. */
  readonly resumed: readonly PartyView[];
}

/** Of these parties, those for whom the verdict on the flow differs. Free if the same list judges before and after. */
export function flowChanges(
  before: PolicyScope,
  after: PolicyScope,
  flow: JudgedFlow,
  parties: Iterable<PartyView>,
): FlowChanges {
  const stopped: PartyView[] = [];
  const resumed: PartyView[] = [];
  if (sameList(before, after)) return { stopped, resumed };
  for (const party of parties) {
    const allowed = allows(before.policy, before.activeList, flow, party);
    if (allowed === allows(after.policy, after.activeList, flow, party)) continue;
    (allowed ? stopped : resumed).push(party);
  }
  return { stopped, resumed };
}

function sameList(before: PolicyScope, after: PolicyScope): boolean {
  return (
    listInForce(before.policy, before.activeList) === listInForce(after.policy, after.activeList)
  );
}
