/** What a roster set asks for, or why it may not (RFC 6121 §2.3.3, §2.5.3). */

import { Buffer } from 'node:buffer';
import {
  attrOf,
  bareOf,
  childElements,
  parseJid,
  textOf,
  type BareJid,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import type { UserState } from '../user-state.ts';
import { nothing } from './contact.ts';

export interface RosterItem {
  readonly jid: BareJid;
  readonly name?: string;
  readonly groups: readonly string[];
}

export type RosterSet =
  | (RosterItem & { readonly kind: 'set' })
  | { readonly kind: 'remove'; readonly jid: BareJid }
  | {
      readonly kind: 'refused';
      readonly condition: StanzaErrorCondition;
      readonly text: string;
    };

type Refused = Extract<RosterSet, { kind: 'refused' }>;

export function readRosterSet(query: XmlElement, state: UserState): RosterSet {
  const items = childElements(query);
  const [item] = items;
  if (items.length !== 1 || item?.name !== 'item' || item.ns !== query.ns) {
    return refused('bad-request', 'a roster set holds exactly one item');
  }
  const address = parseJid(attrOf(item, 'jid') ?? '');
  if (!address.ok) return refused('bad-request', `an item needs a JID: ${address.problem}`);
  const jid = bareOf(address.value);
  if (jid === state.jid) return refused('not-allowed', 'nobody is their own contact');
  if (attrOf(item, 'subscription') === 'remove') return readRemoval(jid, state);
  return readItem(jid, item, state);
}

function readRemoval(jid: BareJid, { roster, rules }: UserState): RosterSet {
  const entry = roster.get(jid);
  if (entry?.listed !== true) return refused('item-not-found', 'not in the roster');
  if (entry.outbox.length >= rules.outboxPerContact) {
    return refused('resource-constraint', 'earlier changes have not been sent yet');
  }
  return { kind: 'remove', jid };
}

function readItem(jid: BareJid, item: XmlElement, { roster, rules }: UserState): RosterSet {
  const groups = readGroups(item, rules.groupsPerItem, rules.nameBytes);
  if ('kind' in groups) return groups;
  const name = attrOf(item, 'name') ?? '';
  if (isTooLong(name, rules.nameBytes)) return refused('not-acceptable', 'the name is too long');
  if (roster.get(jid)?.listed !== true && roster.count('listed') >= rules.rosterItems) {
    return refused('policy-violation', `a roster holds up to ${rules.rosterItems} items`);
  }
  return { kind: 'set', jid, groups, ...(name === '' ? {} : { name }) };
}

function readGroups(
  item: XmlElement,
  limit: number,
  nameBytes: number,
): readonly string[] | Refused {
  const groups = new Set<string>();
  for (const child of childElements(item)) {
    if (child.name !== 'group' || child.ns !== item.ns) continue;
    const group = textOf(child);
    if (group === '') return refused('not-acceptable', 'a group needs a name');
    if (isTooLong(group, nameBytes)) return refused('not-acceptable', "a group's name is too long");
    if (groups.has(group)) return refused('bad-request', 'a group is named twice');
    if (groups.size >= limit) return refused('policy-violation', `up to ${limit} groups`);
    groups.add(group);
  }
  return groups.size === 0 ? nothing : [...groups];
}

function isTooLong(text: string, limitBytes: number): boolean {
  return text.length > limitBytes || Buffer.byteLength(text) > limitBytes;
}

function refused(condition: StanzaErrorCondition, text: string): Refused {
  return { kind: 'refused', condition, text };
}
