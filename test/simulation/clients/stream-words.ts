/** What a client and a front-end say to each other on a managed stream (RFC 7395, XEP-0198). */
import {
  attrOf,
  authenticatedLimits,
  childElements,
  childNamed,
  NS,
  parseFramed,
  textOf,
  type FullJid,
  type StreamErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { domain } from '../world/limits.ts';

export const openXml = `<open xmlns='${NS.framing}' to='${domain}' version='1.0'/>`;
export const closeXml = `<close xmlns='${NS.framing}'/>`;
export const enableXml = `<enable xmlns='${NS.sm3}' resume='true'/>`;

export function bindXml(resource: string): string {
  const bind = `<bind xmlns='${NS.bind}'><resource>${resource}</resource></bind>`;
  return `<iq xmlns='${NS.client}' type='set' id='bind'>${bind}</iq>`;
}

export function resumeXml(id: string, handled: number): string {
  return `<resume xmlns='${NS.sm3}' previd='${id}' h='${handled}'/>`;
}

export function acknowledgementXml(handled: number): string {
  return `<a xmlns='${NS.sm3}' h='${handled}'/>`;
}

export type Word =
  | { readonly kind: 'bound'; readonly address: FullJid }
  | { readonly kind: 'notBound'; readonly condition: string }
  | { readonly kind: 'enabled'; readonly id: string }
  | { readonly kind: 'asked' }
  | { readonly kind: 'resumed'; readonly handled: number }
  | { readonly kind: 'notResumed' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'stanza'; readonly element: XmlElement }
  | { readonly kind: 'other' };

const stanzas = /^<(presence|iq|message)[ >/]/;
const streamError = /^<stream:error[^>]*><([a-z-]+) /;

export function isStanza(text: string): boolean {
  return stanzas.test(text);
}

/** From then on stanzas are counted. */
export function isManaging(text: string): boolean {
  return /^<(enabled|resumed) /.test(text);
}

export function errorOf(text: string): StreamErrorCondition | undefined {
  return streamError.exec(text)?.[1] as StreamErrorCondition | undefined;
}

export function readWord(text: string): Word {
  if (errorOf(text) !== undefined) return { kind: 'ended' };
  const event = parseFramed(text, authenticatedLimits);
  if (event.kind !== 'element') return { kind: 'other' };
  const { element } = event;
  if (element.ns === NS.sm3) return readManagement(element);
  if (!isStanza(text)) return { kind: 'other' };
  return attrOf(element, 'id') === 'bind' ? readBound(element) : { kind: 'stanza', element };
}

function readManagement(element: XmlElement): Word {
  switch (element.name) {
    case 'enabled':
      return { kind: 'enabled', id: attrOf(element, 'id') ?? '' };
    case 'r':
      return { kind: 'asked' };
    case 'resumed':
      return { kind: 'resumed', handled: Number(attrOf(element, 'h')) };
    case 'failed':
      return { kind: 'notResumed' };
    default:
      return { kind: 'other' };
  }
}

function readBound(iq: XmlElement): Word {
  const bind = childNamed(iq, 'bind', NS.bind);
  const jid = bind && childNamed(bind, 'jid');
  if (jid !== undefined) return { kind: 'bound', address: textOf(jid) as FullJid };
  const error = childElements(iq).find(({ name }) => name === 'error');
  const [condition] = error ? childElements(error) : [];
  return { kind: 'notBound', condition: condition?.name ?? 'no reason' };
}
