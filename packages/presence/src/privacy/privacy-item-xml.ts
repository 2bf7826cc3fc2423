/** Privacy list items as clients write and read them (XEP-0016 §2.1). */

import {
  attrOf,
  childElements,
  escapeAttribute,
  NS,
  parseJid,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import type { PrivacyItem, PrivacyMatch, StanzaFlow, Subscription } from './privacy-list.ts';

export type ReadItem<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly condition: StanzaErrorCondition; readonly problem: string };

/** XML Schema's unsignedInt (XEP-0016 §8). */
const maxOrder = 0xffff_ffff;
const flowNames: ReadonlySet<string> = new Set<StanzaFlow>([
  'message',
  'iq',
  'presence-in',
  'presence-out',
]);
const subscriptions: ReadonlySet<string> = new Set<Subscription>(['none', 'to', 'from', 'both']);

/** The items of a `<list/>`, in the order in which they apply. */
export function readItems(
  list: XmlElement,
  hasGroup: (group: string) => boolean,
): ReadItem<readonly PrivacyItem[]> {
  const items: PrivacyItem[] = [];
  const orders = new Set<number>();
  for (const element of childElements(list)) {
    const item = readItem(element, hasGroup);
    if (!item.ok) return item;
    if (orders.has(item.value.order)) return bad(`the order ${item.value.order} is given twice`);
    orders.add(item.value.order);
    items.push(item.value);
  }
  return { ok: true, value: items };
}

export function itemXml({ match, action, order, flows }: PrivacyItem): string {
  const about =
    match.by === 'anyone' ? '' : ` type='${match.by}' value='${escapeAttribute(match.value)}'`;
  const start = `<item${about} action='${action}' order='${order}'`;
  if (flows.length === 0) return `${start}/>`;
  return `${start}>${flows.map((flow) => `<${flow}/>`).join('')}</item>`;
}

function readItem(
  element: XmlElement,
  hasGroup: (group: string) => boolean,
): ReadItem<PrivacyItem> {
  if (element.name !== 'item' || element.ns !== NS.privacy) return bad('a list holds items');
  const action = attrOf(element, 'action');
  if (action !== 'allow' && action !== 'deny') return bad('an action is allow or deny');
  const orderText = attrOf(element, 'order') ?? '';
  const order = Number(orderText);
  if (!/^\d{1,10}$/.test(orderText) || order > maxOrder) return bad('an order is an unsigned int');
  const match = readMatch(attrOf(element, 'type'), attrOf(element, 'value'), hasGroup);
  if (!match.ok) return match;
  const flows = readFlows(element);
  if (!flows.ok) return flows;
  return { ok: true, value: { match: match.value, action, order, flows: flows.value } };
}

function readMatch(
  type: string | undefined,
  value: string | undefined,
  hasGroup: (group: string) => boolean,
): ReadItem<PrivacyMatch> {
  if (type === undefined) return { ok: true, value: { by: 'anyone' } };
  if (value === undefined) return bad('a typed item has a value');
  switch (type) {
    case 'jid': {
      const jid = parseJid(value);
      if (jid.ok) return { ok: true, value: { by: 'jid', value: jid.value } };
      return { ok: false, condition: 'jid-malformed', problem: jid.problem };
    }
    case 'group':
      return hasGroup(value)
        ? { ok: true, value: { by: 'group', value } }
        : { ok: false, condition: 'item-not-found', problem: 'no such group in the roster' };
    case 'subscription':
      return subscriptions.has(value)
        ? { ok: true, value: { by: 'subscription', value: value as Subscription } }
        : bad('a subscription is none, to, from or both');
    default:
      return bad('a type is jid, group or subscription');
  }
}

function readFlows(element: XmlElement): ReadItem<readonly StanzaFlow[]> {
  const flows = new Set<StanzaFlow>();
  for (const { name, ns } of childElements(element)) {
    if (ns !== NS.privacy || !flowNames.has(name)) return bad('no such kind of stanza');
    flows.add(name as StanzaFlow);
  }
  return { ok: true, value: [...flows] };
}

function bad(problem: string): ReadItem<never> {
  return { ok: false, condition: 'bad-request', problem };
}
