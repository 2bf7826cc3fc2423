/** Tells clients that have fetched the roster how an item is from now on (RFC 6121 §2.1.6). */

import type { BareJid, Iq } from '@rollcall/xmpp';
import type { SessionRef } from '../session/session-ref.ts';
import type { Turn } from '../turn.ts';
import type { ContactEntry } from './contact.ts';
import type { RosterDelta } from './roster.ts';
import { itemXml, queryXml, removedItemXml } from './roster-xml.ts';

export function pushItem(turn: Turn, entry: ContactEntry): void {
  pushToInterested(turn, itemXml(entry), entry.version);
}

export function pushRemoval(turn: Turn, jid: BareJid, version: number): void {
  pushToInterested(turn, removedItemXml(jid), version);
}

/** Of the clock of the roster, which counts microseconds where it can. */
const lately = 60_000_000;

/** What has changed of late, for a session whose pushes may have been lost with the former owner. */
export function pushAgain(turn: Turn, session: SessionRef): void {
  const { jid, roster } = turn.state;
  const horizons = roster.pages.map(({ horizon }) => horizon);
  const since = Math.max(roster.clock - lately, ...horizons);
  for (const delta of roster.since(since) ?? [])
    turn.emit({ kind: 'deliver', to: [session], stanza: deltaPush(jid, delta) });
}

export function deltaPush(user: BareJid, delta: RosterDelta): Iq {
  const item = delta.kind === 'item' ? itemXml(delta.entry) : removedItemXml(delta.jid);
  return pushStanza(user, item, delta.version);
}

/** The front-end puts each session's own address in as `to`. */
function pushStanza(user: BareJid, item: string, version: number): Iq {
  const content = queryXml(item, version);
  return { kind: 'iq', type: 'set', id: `push-${version}`, from: user, content };
}

function pushToInterested(turn: Turn, item: string, version: number): void {
  const to: SessionRef[] = [];
  for (const { interested, ref } of turn.state.sessions.values()) if (interested) to.push(ref);
  if (to.length > 0) {
    turn.emit({ kind: 'deliver', to, stanza: pushStanza(turn.state.jid, item, version) });
  }
}
