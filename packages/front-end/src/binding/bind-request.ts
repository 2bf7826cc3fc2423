/** Resource binding (RFC 6120 §7): what the client asks for and what it is told. */
import {
  attrOf,
  childNamed,
  escapeText,
  NS,
  prepareResource,
  stanzaError,
  textOf,
  type FullJid,
  type Iq,
  type Stanza,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';

export type BindRequest =
  | { readonly kind: 'bind'; readonly id: string; readonly resource?: string }
  | { readonly kind: 'malformed'; readonly id: string; readonly text: string };

/** Undefined where the element is no request to bind. */
export function readBind(element: XmlElement): BindRequest | undefined {
  const id = attrOf(element, 'id') ?? '';
  if (element.name !== 'iq' || element.ns !== NS.client || id === '') return undefined;
  const bind = childNamed(element, 'bind', NS.bind);
  if (!bind || attrOf(element, 'type') !== 'set') return undefined;
  const wanted = childNamed(bind, 'resource');
  const text = wanted ? textOf(wanted) : '';
  if (text === '') return { kind: 'bind', id };
  const resource = prepareResource(text);
  return resource.ok
    ? { kind: 'bind', id, resource: resource.value }
    : { kind: 'malformed', id, text: resource.problem };
}

export function boundReply(id: string, address: FullJid): Iq {
  const content = `<bind xmlns='${NS.bind}'><jid>${escapeText(address)}</jid></bind>`;
  return { kind: 'iq', type: 'result', id, content };
}

/** RFC 6120 §7.6.2.1, §7.7.2.2: the client may try again. */
export function bindError(
  id: string,
  condition: StanzaErrorCondition,
  text: string,
): Stanza | undefined {
  return stanzaError({ kind: 'iq', type: 'set', id, content: '' }, condition, { text });
}
