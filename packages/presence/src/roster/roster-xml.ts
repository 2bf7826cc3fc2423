/** Roster items as clients see them (RFC 6121 §2.1.2). */

import { escapeAttribute, escapeText, NS, type BareJid } from '@rollcall/xmpp';
import { factsOf } from '../subscription/state.ts';
import type { ContactEntry } from './contact.ts';

export function itemXml({ jid, state, name, groups, approved }: ContactEntry): string {
  const { subscription, pendingOut } = factsOf(state);
  let xml = `<item jid='${escapeAttribute(jid)}' subscription='${subscription}'`;
  if (name !== undefined) xml += ` name='${escapeAttribute(name)}'`;
  if (pendingOut) xml += ` ask='subscribe'`;
  if (approved) xml += ` approved='true'`;
  if (groups.length === 0) return `${xml}/>`;
  xml += '>';
  for (const group of groups) xml += `<group>${escapeText(group)}</group>`;
  return `${xml}</item>`;
}

export function removedItemXml(jid: BareJid): string {
  return `<item jid='${escapeAttribute(jid)}' subscription='remove'/>`;
}

export function queryXml(items: string, version: number | undefined): string {
  const ver = version === undefined ? '' : ` ver='${version}'`;
  return `<query xmlns='${NS.roster}'${ver}>${items}</query>`;
}
