/** The blocking command (XEP-0191): retrieve, block, unblock. */

import {
  attrOf,
  childElements,
  NS,
  parseJid,
  type Jid,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { iqResult, payloadOf, type IqRequest } from '../routing/iq-reply.ts';
import { blockedJids, withBlocked, withoutBlocked } from './block-list.ts';
import {
  refused,
  type PolicyChange,
  type PolicyContext,
  type PolicyPush,
} from './policy-change.ts';
import { blockingXml, blockPush, listPush } from './policy-push.ts';
import type { PrivacyPolicy } from './policy.ts';

/** Answers an iq of the session's own whose payload is in `urn:xmpp:blocking`. */
export function handleBlockingIq(context: PolicyContext, iq: IqRequest): PolicyChange {
  const command = payloadOf(iq);
  if (command?.ns !== NS.blocking) return refused(iq, 'bad-request');
  if (iq.type === 'get' && command.name === 'blocklist') {
    const reply = iqResult(iq, blockingXml('blocklist', blockedJids(context.policy)));
    return { wantsBlockPushes: true, reply, pushes: [] };
  }
  if (iq.type === 'set' && command.name === 'block') return block(context, iq, command);
  if (iq.type === 'set' && command.name === 'unblock') return unblock(context, iq, command);
  return refused(iq, 'bad-request', `no ${iq.type} of <${command.name}/>`);
}

function block(context: PolicyContext, iq: IqRequest, command: XmlElement): PolicyChange {
  const jids = jidsOf(command);
  if (!jids.ok) return refused(iq, jids.condition, jids.problem);
  if (jids.value.length === 0) return refused(iq, 'bad-request', 'nothing to block');
  const policy = withBlocked(context.policy, jids.value);
  if (policy !== context.policy) {
    if (blockedJids(policy).length > context.limits.blockedItems) {
      return refused(iq, 'policy-violation', `at most ${context.limits.blockedItems} are blocked`);
    }
    if (policy.lists.size > context.limits.privacyLists) {
      return refused(iq, 'policy-violation', 'no room for a default privacy list');
    }
  }
  return changed(context, iq, policy, blockPush(context, 'block', jids.value));
}

function unblock(context: PolicyContext, iq: IqRequest, command: XmlElement): PolicyChange {
  const jids = jidsOf(command);
  if (!jids.ok) return refused(iq, jids.condition, jids.problem);
  const policy = withoutBlocked(context.policy, jids.value.length === 0 ? 'all' : jids.value);
  return changed(context, iq, policy, blockPush(context, 'unblock', jids.value));
}

/**
 * Those who use the blocking command hear of it. Those who use privacy lists hear that their default list was
 * modified, unless there are none: a virtual list was never touched by any (XEP-0191 §5, implication 1).
 */
function changed(
  context: PolicyContext,
  iq: IqRequest,
  policy: PrivacyPolicy,
  blockPushes: readonly PolicyPush[],
): PolicyChange {
  const reply = iqResult(iq);
  const { lists, defaultList } = policy;
  if (policy === context.policy || defaultList === undefined) return { reply, pushes: blockPushes };
  const virtual = lists.get(defaultList)?.virtual ?? false;
  const pushes = virtual ? blockPushes : [...blockPushes, ...listPush(context, defaultList)];
  return { policy, reply, pushes };
}

type Jids =
  | { readonly ok: true; readonly value: readonly Jid[] }
  | { readonly ok: false; readonly condition: StanzaErrorCondition; readonly problem: string };

function jidsOf(command: XmlElement): Jids {
  const jids = new Set<Jid>();
  for (const item of childElements(command)) {
    const text = attrOf(item, 'jid');
    if (item.name !== 'item' || item.ns !== NS.blocking || text === undefined) {
      return { ok: false, condition: 'bad-request', problem: 'only items with a jid' };
    }
    const jid = parseJid(text);
    if (!jid.ok) return { ok: false, condition: 'jid-malformed', problem: jid.problem };
    jids.add(jid.value);
  }
  return { ok: true, value: [...jids] };
}
