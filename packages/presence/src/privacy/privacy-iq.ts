/** The protocol of privacy lists (XEP-0016 §2.3 to §2.8, RFC 3921 §10.3 to §10.8). */

import { Buffer } from 'node:buffer';
import { attrOf, childElements, escapeAttribute, NS, type XmlElement } from '@rollcall/xmpp';
import { iqResult, payloadOf, type IqRequest } from '../routing/iq-reply.ts';
import {
  refused,
  type PolicyChange,
  type PolicyContext,
  type PolicySession,
} from './policy-change.ts';
import { blockListDifference, listPush } from './policy-push.ts';
import type { PrivacyPolicy } from './policy.ts';
import { itemXml, readItems } from './privacy-item-xml.ts';
import { privacyList } from './privacy-list.ts';

/** Answers an iq of the session's own whose payload is in `jabber:iq:privacy`. */
export function handlePrivacyIq(context: PolicyContext, iq: IqRequest): PolicyChange {
  const query = payloadOf(iq);
  if (query?.name !== 'query' || query.ns !== NS.privacy) return refused(iq, 'bad-request');
  const children = childElements(query);
  const [child] = children;
  if (children.length > 1) return refused(iq, 'bad-request', 'one list at a time');
  if (child !== undefined && child.ns !== NS.privacy) return refused(iq, 'bad-request');
  if (iq.type === 'get') {
    if (child === undefined) return answered(iq, namesXml(context));
    return child.name === 'list' ? retrieve(context, iq, child) : refused(iq, 'bad-request');
  }
  switch (child?.name) {
    case 'active':
      return setActive(context, iq, child);
    case 'default':
      return setDefault(context, iq, child);
    case 'list':
      return childElements(child).length === 0
        ? remove(context, iq, child)
        : edit(context, iq, child);
    default:
      return refused(iq, 'bad-request', 'one of active, default and list');
  }
}

/** §2.3: the names, preceded by the active and the default list. */
function namesXml({ policy, session }: PolicyContext): string {
  const names = Array.from(policy.lists.keys(), (name) => named('list', name)).join('');
  return named('active', session.activeList) + named('default', policy.defaultList) + names;
}

function retrieve({ policy }: PolicyContext, iq: IqRequest, { attrs }: XmlElement): PolicyChange {
  const list = policy.lists.get(attrs['name'] ?? '');
  if (list === undefined) return refused(iq, 'item-not-found');
  const name = escapeAttribute(list.name);
  return answered(iq, `<list name='${name}'>${list.items.map(itemXml).join('')}</list>`);
}

/** §2.4. Without a name: no active list, the default list applies again. */
function setActive({ policy }: PolicyContext, iq: IqRequest, child: XmlElement): PolicyChange {
  const name = attrOf(child, 'name');
  if (name !== undefined && !policy.lists.has(name)) return refused(iq, 'item-not-found');
  return { activeList: { name }, reply: iqResult(iq), pushes: [] };
}

/** §2.5. Without a name: no default list. */
function setDefault(context: PolicyContext, iq: IqRequest, child: XmlElement): PolicyChange {
  const { lists, defaultList } = context.policy;
  const name = attrOf(child, 'name');
  if (name !== undefined && !lists.has(name)) return refused(iq, 'item-not-found');
  if (name === defaultList) return { reply: iqResult(iq), pushes: [] };
  if (defaultList !== undefined && usedByOthers(context, defaultList))
    return refused(iq, 'conflict');
  return changed(context, iq, name === undefined ? { lists } : { lists, defaultList: name });
}

/** §2.6 and §2.7: what is sent is the whole list, new or in the place of the old one. */
function edit(context: PolicyContext, iq: IqRequest, child: XmlElement): PolicyChange {
  const { policy, limits } = context;
  const name = attrOf(child, 'name') ?? '';
  if (name === '') return refused(iq, 'bad-request', 'a list has a name');
  if (Buffer.byteLength(name) > limits.nameBytes) {
    return refused(iq, 'policy-violation', `a name has at most ${limits.nameBytes} bytes`);
  }
  if (childElements(child).length > limits.privacyItems) {
    return refused(iq, 'policy-violation', `a list has at most ${limits.privacyItems} items`);
  }
  if (!policy.lists.has(name) && policy.lists.size >= limits.privacyLists) {
    return refused(iq, 'policy-violation', `at most ${limits.privacyLists} lists`);
  }
  const items = readItems(child, context.hasGroup);
  if (!items.ok) return refused(iq, items.condition, items.problem);
  const lists = new Map(policy.lists).set(name, privacyList(name, items.value));
  return changed(context, iq, { ...policy, lists }, name);
}

/** §2.8. The asking session's own use of the list is no obstacle, but ends. */
function remove(context: PolicyContext, iq: IqRequest, child: XmlElement): PolicyChange {
  const { policy, session } = context;
  const name = attrOf(child, 'name') ?? '';
  if (!policy.lists.has(name)) return refused(iq, 'item-not-found');
  if (usedByOthers(context, name)) return refused(iq, 'conflict');
  const lists = new Map(policy.lists);
  lists.delete(name);
  const { defaultList } = policy;
  const after =
    defaultList === undefined || defaultList === name ? { lists } : { lists, defaultList };
  const change = changed(context, iq, after, name);
  return session.activeList === name ? { ...change, activeList: { name: undefined } } : change;
}

/** §2.2 rule 11: whether the list now applies to another connected resource, as its active or its default one. */
function usedByOthers({ policy, session, sessions }: PolicyContext, name: string): boolean {
  const uses = ({ activeList }: PolicySession) => (activeList ?? policy.defaultList) === name;
  return sessions.some((other) => other.resource !== session.resource && uses(other));
}

function changed(
  context: PolicyContext,
  iq: IqRequest,
  policy: PrivacyPolicy,
  editedList?: string,
): PolicyChange {
  const listPushes = editedList === undefined ? [] : listPush(context, editedList);
  const pushes = [...listPushes, ...blockListDifference(context, policy)];
  return { policy, reply: iqResult(iq), pushes };
}

function answered(iq: IqRequest, content: string): PolicyChange {
  const start = `<query xmlns='${NS.privacy}'`;
  const query = content === '' ? `${start}/>` : `${start}>${content}</query>`;
  return { reply: iqResult(iq, query), pushes: [] };
}

function named(element: 'active' | 'default' | 'list', name: string | undefined): string {
  return name === undefined ? '' : `<${element} name='${escapeAttribute(name)}'/>`;
}
