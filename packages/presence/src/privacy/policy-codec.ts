/** The policy as it stands in a user's record: compact JSON, read with suspicion, unknown fields ignored. */

import { parseJid, type Parsed } from '@rollcall/xmpp';
import type { PrivacyPolicy } from './policy.ts';
import {
  privacyList,
  type PrivacyItem,
  type PrivacyList,
  type PrivacyMatch,
  type StanzaFlow,
  type Subscription,
} from './privacy-list.ts';

/** `[order, action, flow bits]`, then what it matches, if it is not anyone: `[…, by, value]`. */
type EncodedItem =
  | readonly [order: number, action: 0 | 1, flows: number]
  | readonly [number, 0 | 1, number, 'j' | 'g' | 's', string];

/** The bits stand in records: never renumber them. */
const flowBits: Readonly<Record<StanzaFlow, number>> = {
  message: 1,
  iq: 2,
  'presence-in': 4,
  'presence-out': 8,
};
const flowNames = Object.keys(flowBits) as readonly StanzaFlow[];
const matchCodes = { jid: 'j', group: 'g', subscription: 's' } as const;
const subscriptions: ReadonlySet<string> = new Set<Subscription>(['none', 'to', 'from', 'both']);

export function encodePolicy({ lists, defaultList }: PrivacyPolicy): unknown {
  return {
    lists: Array.from(lists.values(), ({ name, items, virtual }) => ({
      name,
      items: items.map(encodeItem),
      ...(virtual ? { virtual } : {}),
    })),
    ...(defaultList === undefined ? {} : { default: defaultList }),
  };
}

export function decodePolicy(value: unknown): Parsed<PrivacyPolicy> {
  if (!isObject(value) || !Array.isArray(value['lists'])) return corrupt('no privacy lists');
  const lists = new Map<string, PrivacyList>();
  for (const entry of value['lists'] as readonly unknown[]) {
    const list = decodeList(entry);
    if (!list.ok) return list;
    lists.set(list.value.name, list.value);
  }
  const defaultList = value['default'];
  if (defaultList === undefined) return { ok: true, value: { lists } };
  if (typeof defaultList !== 'string' || !lists.has(defaultList)) return corrupt('no default list');
  return { ok: true, value: { lists, defaultList } };
}

function encodeItem({ order, action, flows, match }: PrivacyItem): EncodedItem {
  const bits = flows.reduce((sum, flow) => sum | flowBits[flow], 0);
  const head = [order, action === 'deny' ? 1 : 0, bits] as const;
  return match.by === 'anyone' ? head : [...head, matchCodes[match.by], match.value];
}

function decodeList(value: unknown): Parsed<PrivacyList> {
  if (!isObject(value) || typeof value['name'] !== 'string' || !Array.isArray(value['items'])) {
    return corrupt('a list without name or items');
  }
  const items: PrivacyItem[] = [];
  for (const entry of value['items'] as readonly unknown[]) {
    const item = decodeItem(entry);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return { ok: true, value: privacyList(value['name'], items, value['virtual'] === true) };
}

function decodeItem(value: unknown): Parsed<PrivacyItem> {
  if (!Array.isArray(value)) return corrupt('an item that is no array');
  const [order, action, bits, code, text] = value as readonly unknown[];
  if (!isCount(order) || !isCount(bits) || (action !== 0 && action !== 1)) {
    return corrupt('an item without order, action or flows');
  }
  const match = decodeMatch(code, text);
  if (!match.ok) return match;
  const flows = flowNames.filter((flow) => (bits & flowBits[flow]) !== 0);
  const item = {
    match: match.value,
    action: action === 1 ? 'deny' : 'allow',
    order,
    flows,
  } as const;
  return { ok: true, value: item };
}

function decodeMatch(code: unknown, value: unknown): Parsed<PrivacyMatch> {
  if (code === undefined) return { ok: true, value: { by: 'anyone' } };
  if (typeof value !== 'string') return corrupt('an item without a value');
  switch (code) {
    case matchCodes.jid: {
      const jid = parseJid(value);
      return jid.ok ? { ok: true, value: { by: 'jid', value: jid.value } } : jid;
    }
    case matchCodes.group:
      return { ok: true, value: { by: 'group', value } };
    case matchCodes.subscription:
      return subscriptions.has(value)
        ? { ok: true, value: { by: 'subscription', value: value as Subscription } }
        : corrupt('an unknown subscription');
    default:
      return corrupt('an item of unknown kind');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function corrupt(what: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: `privacy lists: ${what}` };
}
