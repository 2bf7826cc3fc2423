/** Contacts that come from elsewhere, each with the subscription that it had there. */

import type { BareJid } from '@rollcall/xmpp';
import type { ImportedItem } from '../input.ts';
import { tellContactChanges } from '../presence/contact-change.ts';
import { availableSessions } from '../presence/watchers.ts';
import { askForPresence } from '../subscription/approval.ts';
import { withState } from '../subscription/outbound.ts';
import { isSubscribedTo } from '../subscription/state.ts';
import type { Turn } from '../turn.ts';
import type { ContactEntry } from './contact.ts';
import { pushItem } from './roster-push.ts';

/**
 * Replaces the items of these contacts. No handshake follows: the contacts' own rosters are imported with their other
 * half. Sessions that are online are brought up to date.
 */
export function rosterImported(turn: Turn, items: readonly ImportedItem[]): void {
  const { state: before } = turn;
  const wanted = new Map(items.map((item) => [item.jid, item]));
  wanted.delete(before.jid);
  if (!before.exists || wanted.size === 0) return;
  const first = turn.tick();
  const changes = Array.from(wanted.values(), (item, index) => ({
    entry: importedEntry(turn.contact(item.jid), item, first + index),
  }));
  turn.changeRoster(changes, first + changes.length);
  turn.mustSave();
  for (const { entry } of changes) if (entry.listed) pushItem(turn, entry);
  const contacts = [...wanted.keys()];
  tellContactChanges(turn, before, contacts);
  for (const contact of contacts) followContact(turn, before.roster.get(contact), contact);
}

function importedEntry(entry: ContactEntry, item: ImportedItem, version: number): ContactEntry {
  const { name: _name, ...rest } = withState(entry, item.state);
  const { name, groups } = item;
  const isRequestOnly = item.state === 'None + Pending In' && name === undefined;
  return {
    ...rest,
    listed: entry.listed || !isRequestOnly || groups.length > 0,
    version,
    groups,
    ...(name === undefined ? {} : { name }),
  };
}

function followContact(turn: Turn, before: ContactEntry | undefined, contact: BareJid): void {
  const did = before !== undefined && isSubscribedTo(before.state);
  const does = isSubscribedTo(turn.contact(contact).state);
  if (does && !did) askForPresence(turn, contact);
  if (!did || does) return;
  const to = availableSessions(turn.state).map(({ ref }) => ref);
  const stanza = { kind: 'presence', type: 'unavailable', from: contact, content: '' } as const;
  if (to.length > 0) turn.emit({ kind: 'deliver', to, stanza });
}
