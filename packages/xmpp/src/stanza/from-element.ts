/** From an element off the wire to a stanza, or to what is needed to answer it with an error. */
import type { StanzaErrorCondition } from '../errors/stanza-error-condition.ts';
import { parseJid, type Jid } from '../jid/jid.ts';
import { NS } from '../namespaces.ts';
import { attrOf, childElements, type XmlElement } from '../xml/element.ts';
import { presenceProblem } from './presence-content.ts';
import type { IqType, MessageType, PresenceType, Stanza } from './stanza.ts';

export type ParsedStanza =
  { readonly ok: true; readonly value: Stanza } | (StanzaFault & { readonly ok: false });

/** A stanza that is not one, with what `errorReply` needs. Everything but `kind` is as it was written. */
export interface StanzaFault {
  /** 'none': the element is no stanza at all, which ends the stream (`unsupported-stanza-type`). */
  readonly kind: Stanza['kind'] | 'none';
  readonly condition: StanzaErrorCondition;
  readonly problem: string;
  readonly type?: string;
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly content: string;
}

const stanzaNamespaces: ReadonlySet<string> = new Set([NS.client, NS.server, NS.componentAccept]);
const presenceTypes: ReadonlySet<string> = new Set<PresenceType>([
  'unavailable',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'probe',
  'error',
]);
const messageTypes: ReadonlySet<string> = new Set<MessageType>([
  'normal',
  'chat',
  'groupchat',
  'headline',
  'error',
]);
const iqTypes: ReadonlySet<string> = new Set<IqType>(['get', 'set', 'result', 'error']);

/** Reads a stanza by RFC 6120 §8 and RFC 6121 §4.7, §5.2. */
export function stanzaFromElement(element: XmlElement): ParsedStanza {
  const { name: kind } = element;
  const isStanza = kind === 'presence' || kind === 'message' || kind === 'iq';
  if (!isStanza || !stanzaNamespaces.has(element.ns)) {
    return fault(element, 'none', 'feature-not-implemented', 'not a stanza');
  }
  const from = jidAttr(element, 'from');
  if (from === 'malformed') return fault(element, kind, 'jid-malformed', "'from' is not a JID");
  const to = jidAttr(element, 'to');
  if (to === 'malformed') return fault(element, kind, 'jid-malformed', "'to' is not a JID");
  const problem = problems[kind](element);
  if (problem !== undefined) return fault(element, kind, 'bad-request', problem);
  const { type, id, 'xml:lang': lang } = element.attrs;
  const stanza: StanzaParts = { kind };
  if (type !== undefined) stanza.type = type;
  if (id !== undefined) stanza.id = id;
  if (from !== undefined) stanza.from = from;
  if (to !== undefined) stanza.to = to;
  if (lang !== undefined) stanza.lang = lang;
  stanza.content = element.content;
  return { ok: true, value: stanza as Stanza };
}

/** A stanza being put together. Spreading each part would cost more than all the checks. */
interface StanzaParts {
  kind: Stanza['kind'];
  type?: string;
  id?: string;
  from?: Jid;
  to?: Jid;
  lang?: string;
  content?: string;
}

function jidAttr(element: XmlElement, name: 'from' | 'to'): Jid | 'malformed' | undefined {
  const text = element.attrs[name];
  if (text === undefined) return undefined;
  const jid = parseJid(text);
  return jid.ok ? jid.value : 'malformed';
}

const problems = {
  presence(element: XmlElement) {
    const type = attrOf(element, 'type');
    if (type !== undefined && !presenceTypes.has(type)) return `no presence is of type '${type}'`;
    return presenceProblem(element);
  },
  message(element: XmlElement) {
    const type = attrOf(element, 'type');
    return type === undefined || messageTypes.has(type)
      ? undefined
      : `no message is of type '${type}'`;
  },
  iq(element: XmlElement) {
    const { id = '', type = '' } = element.attrs;
    if (id === '') return 'an iq needs an id';
    if (!iqTypes.has(type)) return `no iq is of type '${type}'`;
    // RFC 6120 §8.2.3: a request has one child, a result one at most, an error any.
    const children = childElements(element).length;
    const isRequest = type === 'get' || type === 'set';
    if (isRequest && children !== 1) return `an iq of type '${type}' holds exactly one element`;
    return type === 'result' && children > 1 ? 'a result holds one element at most' : undefined;
  },
};

function fault(
  element: XmlElement,
  kind: StanzaFault['kind'],
  condition: StanzaErrorCondition,
  problem: string,
): ParsedStanza {
  const { type, id, from, to } = element.attrs;
  return {
    ok: false,
    kind,
    condition,
    problem,
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    content: element.content,
  };
}
