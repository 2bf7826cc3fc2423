/** What happens to an embedded session, as objects. */
import {
  bareOf,
  childElements,
  childNamed,
  NS,
  stanzaFromElement,
  type BareJid,
  type Iq,
  type Jid,
  type Message,
  type Presence,
  type Stanza,
  type StreamErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { readPresenceContent, type ReadPresence } from './presence-content.ts';
import { readRoster, type RosterChange } from './roster.ts';

/** What an open session is told. */
export type SessionEvent =
  /** Someone is there, or has gone (`available` false): a contact, or whoever sent us directed presence. */
  | {
      readonly kind: 'presence';
      readonly from: Jid;
      readonly available: boolean;
      readonly presence: ReadPresence;
      readonly stanza: Presence;
    }
  /** Someone asks to see us, or tells what became of our asking (RFC 6121 §3). */
  | {
      readonly kind: 'subscription';
      readonly type: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed';
      readonly from: BareJid;
      readonly status?: string;
      readonly stanza: Presence;
    }
  /** The roster has changed, here or on another device. */
  | { readonly kind: 'roster'; readonly change: RosterChange }
  | { readonly kind: 'message'; readonly from: Jid; readonly stanza: Message }
  /** Something that was sent came back. */
  | { readonly kind: 'error'; readonly stanza: Stanza };

/** Why a session is over. Closed by its own `close`, it has no condition. */
export interface SessionEnd {
  readonly condition?: StreamErrorCondition;
  readonly text?: string;
}

export type Arrived =
  | { readonly kind: 'events'; readonly events: readonly SessionEvent[] }
  /** A request of another entity, or a roster push, which has to be answered. */
  | { readonly kind: 'request'; readonly iq: Iq; readonly events: readonly SessionEvent[] }
  | { readonly kind: 'response'; readonly iq: Iq; readonly element: XmlElement };

/** What an element that the cluster delivered means. */
export function readArrival(element: XmlElement): Arrived {
  const read = stanzaFromElement(element);
  if (!read.ok) return { kind: 'events', events: [] };
  const stanza = read.value;
  if (stanza.kind === 'iq') return readIq(stanza, element);
  if (stanza.type === 'error') return { kind: 'events', events: [{ kind: 'error', stanza }] };
  return { kind: 'events', events: stanza.kind === 'message' ? message(stanza) : presence(stanza) };
}

function message(stanza: Message): readonly SessionEvent[] {
  return stanza.from === undefined ? [] : [{ kind: 'message', from: stanza.from, stanza }];
}

function presence(stanza: Presence): readonly SessionEvent[] {
  const { from, type } = stanza;
  if (from === undefined) return [];
  const read = readPresenceContent(stanza.content);
  switch (type) {
    case undefined:
    case 'unavailable':
      return [{ kind: 'presence', from, available: type === undefined, presence: read, stanza }];
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed': {
      const { status } = read;
      const said = status === undefined ? {} : { status };
      return [{ kind: 'subscription', type, from: from as BareJid, ...said, stanza }];
    }
    default:
      return [];
  }
}

function readIq(iq: Iq, element: XmlElement): Arrived {
  if (iq.type === 'result' || iq.type === 'error') return { kind: 'response', iq, element };
  const query = childNamed(element, 'query', NS.roster);
  const isPush = query !== undefined && iq.type === 'set' && isOwnAccount(iq);
  const events = isPush
    ? readRoster(query).map((change) => ({ kind: 'roster', change }) as const)
    : [];
  return { kind: 'request', iq, events };
}

/** RFC 6121 §2.1.6: anybody else's push is to be ignored. */
function isOwnAccount({ from, to }: Iq): boolean {
  return from === undefined || (to !== undefined && from === bareOf(to));
}

/** Whether the request is a ping (XEP-0199). */
export function isPing(element: XmlElement): boolean {
  return childElements(element).some(({ name, ns }) => name === 'ping' && ns === NS.ping);
}
