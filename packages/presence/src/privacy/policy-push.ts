/** What other sessions are told of a changed policy: that a list changed, and what was blocked or unblocked. */

import { escapeAttribute, NS, type Iq, type Jid } from '@rollcall/xmpp';
import { blockedJids } from './block-list.ts';
import type { PolicyContext, PolicyPush, PolicySession } from './policy-change.ts';
import type { PrivacyPolicy } from './policy.ts';

/** To all connected resources, only the name (XEP-0016 §2.2 rule 10). */
export function listPush({ sessions, pushId }: PolicyContext, name: string): PolicyPush[] {
  const list = `<list name='${escapeAttribute(name)}'/>`;
  return push(sessions, `${pushId}-list`, `<query xmlns='${NS.privacy}'>${list}</query>`);
}

/** To those that have retrieved the block list (XEP-0191 §3.3 to §3.5). Without JIDs, `unblock` means all. */
export function blockPush(
  { sessions, pushId }: PolicyContext,
  command: 'block' | 'unblock',
  jids: readonly Jid[],
): PolicyPush[] {
  const listeners = sessions.filter(({ wantsBlockPushes }) => wantsBlockPushes);
  return push(listeners, `${pushId}-${command}`, blockingXml(command, jids));
}

/** What an edit of privacy lists did to the block list (XEP-0191 §5, implications 2 and 4). */
export function blockListDifference(context: PolicyContext, after: PrivacyPolicy): PolicyPush[] {
  const earlier = blockedJids(context.policy);
  const later = blockedJids(after);
  const known = new Set(earlier);
  const kept = new Set(later);
  const blocked = later.filter((jid) => !known.has(jid));
  const unblocked = earlier.filter((jid) => !kept.has(jid));
  return [
    ...(unblocked.length === 0 ? [] : blockPush(context, 'unblock', unblocked)),
    ...(blocked.length === 0 ? [] : blockPush(context, 'block', blocked)),
  ];
}

/** One of the three elements of XEP-0191 with its items. */
export function blockingXml(name: 'blocklist' | 'block' | 'unblock', jids: readonly Jid[]): string {
  const items = jids.map((jid) => `<item jid='${escapeAttribute(jid)}'/>`).join('');
  const start = `<${name} xmlns='${NS.blocking}'`;
  return items === '' ? `${start}/>` : `${start}>${items}</${name}>`;
}

function push(to: readonly PolicySession[], id: string, content: string): PolicyPush[] {
  if (to.length === 0) return [];
  const stanza: Iq = { kind: 'iq', type: 'set', id, content };
  return [{ to: to.map(({ ref }) => ref), stanza }];
}
