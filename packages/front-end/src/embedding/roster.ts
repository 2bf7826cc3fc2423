/** The roster (RFC 6121 §2) as objects. */
import {
  attrOf,
  childElements,
  childNamed,
  NS,
  parseBareJid,
  textOf,
  xml,
  type BareJid,
  type XmlElement,
} from '@rollcall/xmpp';

/** One item of a roster (RFC 6121 §2.1.2). */
export interface Contact {
  readonly jid: BareJid;
  readonly subscription: 'none' | 'to' | 'from' | 'both';
  /** A request of ours that has not been answered. */
  readonly asked: boolean;
  /** They may see us as soon as they ask (RFC 6121 §3.4). */
  readonly approved: boolean;
  readonly name?: string;
  readonly groups: readonly string[];
}

/** What `EmbeddedSession.roster` resolves with. */
export interface Roster {
  readonly contacts: readonly Contact[];
  /** RFC 6121 §2.6. */
  readonly version?: string;
}

/** What can be set of a contact; the rest follows from subscriptions. */
export interface ContactDetails {
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** An item that is new or has changed, or one that is gone (RFC 6121 §2.1.6). */
export type RosterChange =
  | { readonly kind: 'set'; readonly contact: Contact }
  | { readonly kind: 'removed'; readonly jid: BareJid };

const subscriptions: readonly string[] = ['none', 'to', 'from', 'both'];

/** The changes in a result or a push; what cannot be read is left out. */
export function readRoster(query: XmlElement): readonly RosterChange[] {
  return childElements(query).flatMap((item): RosterChange[] => {
    const jid = parseBareJid(attrOf(item, 'jid') ?? '');
    if (!jid.ok || item.name !== 'item') return [];
    const subscription = attrOf(item, 'subscription') ?? 'none';
    if (subscription === 'remove') return [{ kind: 'removed', jid: jid.value }];
    if (!subscriptions.includes(subscription)) return [];
    return [{ kind: 'set', contact: readContact(item, jid.value, subscription) }];
  });
}

function readContact(item: XmlElement, jid: BareJid, subscription: string): Contact {
  const name = attrOf(item, 'name');
  const groups = childElements(item).filter((child) => child.name === 'group');
  const approved = attrOf(item, 'approved');
  return {
    jid,
    subscription: subscription as Contact['subscription'],
    asked: attrOf(item, 'ask') === 'subscribe',
    approved: approved === 'true' || approved === '1',
    ...(name === undefined ? {} : { name }),
    groups: groups.map(textOf),
  };
}

export function rosterOf(result: XmlElement): Roster {
  const query = childNamed(result, 'query', NS.roster);
  const changes = query ? readRoster(query) : [];
  const version = query && attrOf(query, 'ver');
  return {
    contacts: changes.flatMap((change) => (change.kind === 'set' ? [change.contact] : [])),
    ...(version === undefined ? {} : { version }),
  };
}

export function rosterQuery(...items: readonly XmlElement[]): XmlElement {
  return xml('query', NS.roster, {}, ...items);
}

export function contactItem(jid: string, { name, groups = [] }: ContactDetails): XmlElement {
  return xml(
    'item',
    NS.roster,
    { jid, name },
    ...groups.map((group) => xml('group', NS.roster, {}, group)),
  );
}

export function removedItem(jid: string): XmlElement {
  return xml('item', NS.roster, { jid, subscription: 'remove' });
}
