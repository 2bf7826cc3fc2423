/** The roster as clients fetch and change it (RFC 6121 §2.1.3 to §2.6). */

import {
  attrOf,
  childElements,
  NS,
  type BareJid,
  type Stanza,
  type XmlElement,
} from '@rollcall/xmpp';
import { iqError, iqResult, payloadOf, type IqRequest } from '../routing/iq-reply.ts';
import type { Session } from '../session/session.ts';
import type { Turn } from '../turn.ts';
import { tellContactChanges } from '../presence/contact-change.ts';
import { changeContact } from './change-contact.ts';
import { removalOf } from './removal.ts';
import { readRosterSet, type RosterItem } from './roster-set.ts';
import type { Roster, RosterDelta } from './roster.ts';
import { deltaPush } from './roster-push.ts';
import { itemsOf } from './roster-text.ts';
import { queryXml } from './roster-xml.ts';

/** The payload is in the roster's namespace. */
export function serveRoster(turn: Turn, session: Session, iq: IqRequest): void {
  const query = payloadOf(iq);
  if (query?.name !== 'query' || query.ns !== NS.roster) {
    return reply(turn, session, iqError(iq, 'bad-request'));
  }
  if (iq.type === 'get') getRoster(turn, session, iq, query);
  else setRoster(turn, session, iq, query);
}

function reply(turn: Turn, { ref }: Session, stanza: Stanza): void {
  turn.emit({ kind: 'deliver', to: [ref], stanza });
}

/** RFC 6121 §2.1.3, §2.6.2. From now on the session is interested: it gets pushes. */
function getRoster(turn: Turn, session: Session, iq: IqRequest, query: XmlElement): void {
  if (childElements(query).length > 0) {
    return reply(turn, session, iqError(iq, 'bad-request', { text: 'a roster get is empty' }));
  }
  turn.putSession({ ...session, interested: true });
  const version = attrOf(query, 'ver');
  const deltas = version === undefined ? undefined : changesSince(turn.state.roster, version);
  if (deltas === undefined) return reply(turn, session, iqResult(iq, wholeRoster(turn, version)));
  reply(turn, session, iqResult(iq));
  for (const delta of deltas) reply(turn, session, deltaPush(turn.state.jid, delta));
}

function changesSince(roster: Roster, version: string): readonly RosterDelta[] | undefined {
  return /^\d{1,16}$/.test(version) ? roster.since(Number(version)) : undefined;
}

/** Whether the answer to a stanza of the user's own client is the whole roster. */
export function fetchesAll(user: BareJid, roster: Roster, stanza: Stanza): boolean {
  if (stanza.kind !== 'iq' || stanza.type !== 'get') return false;
  if (stanza.to !== undefined && stanza.to !== user) return false;
  const query = payloadOf(stanza);
  if (query?.name !== 'query' || query.ns !== NS.roster) return false;
  const version = attrOf(query, 'ver');
  return version === undefined || changesSince(roster, version) === undefined;
}

function wholeRoster(turn: Turn, asked: string | undefined): string {
  if (asked !== undefined && turn.state.roster.clock === 0) {
    // What the client is told now has to be a version, so that the next change is a difference to it.
    turn.tick();
    turn.markDirty('head');
    turn.saveSoon();
  }
  const { roster } = turn.state;
  const { groundwork } = turn;
  const items = groundwork?.roster === roster ? groundwork.items : itemsOf(roster);
  return queryXml(items, asked === undefined ? undefined : roster.clock);
}

function setRoster(turn: Turn, session: Session, iq: IqRequest, query: XmlElement): void {
  const wanted = readRosterSet(query, turn.state);
  if (wanted.kind === 'refused') {
    return reply(turn, session, iqError(iq, wanted.condition, { text: wanted.text }));
  }
  if (wanted.kind === 'set') setItem(turn, wanted);
  else {
    const { after, outgoing } = removalOf(turn.state, turn.contact(wanted.jid));
    changeContact(turn, after, { outgoing });
  }
  reply(turn, session, iqResult(iq));
}

/** RFC 6121 §2.3, §2.4: name and groups are the client's; of the subscription the server alone has a say. */
function setItem(turn: Turn, { jid, name, groups }: RosterItem): void {
  const { name: _name, ...rest } = turn.contact(jid);
  const before = turn.state;
  const after = { ...rest, listed: true, groups, ...(name === undefined ? {} : { name }) };
  changeContact(turn, after, { isSet: true });
  tellContactChanges(turn, before, [jid]);
}
