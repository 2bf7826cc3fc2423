/** Answers to an iq that wants one (RFC 6120 §8.2.3): every get and set gets exactly one result or error. */

import {
  NS,
  parseFragment,
  stanzaError,
  type Iq,
  type StanzaErrorCondition,
  type StanzaErrorOptions,
  type XmlElement,
} from '@rollcall/xmpp';

/** An iq that wants an answer. */
export type IqRequest = Iq & { readonly type: 'get' | 'set' };

export function isRequest(iq: Iq): iq is IqRequest {
  return iq.type === 'get' || iq.type === 'set';
}

/** `content` is XML that declares its own namespace. */
export function iqResult({ id, from, to }: IqRequest, content = ''): Iq {
  return {
    kind: 'iq',
    type: 'result',
    id,
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
    content,
  };
}

export function iqError(
  iq: IqRequest,
  condition: StanzaErrorCondition,
  options: StanzaErrorOptions = {},
): Iq {
  const error = stanzaError(iq, condition, options);
  if (error?.kind !== 'iq') throw new Error('a get or a set can always be answered with an error');
  return error;
}

/** The one element that a request carries; undefined if there is none, more than one, or the XML is broken. */
export function payloadOf({ content }: Iq): XmlElement | undefined {
  const fragment = parseFragment(content, NS.client);
  if (!fragment.ok) return undefined;
  const elements = fragment.value.filter((child) => typeof child !== 'string');
  return elements.length === 1 ? elements[0] : undefined;
}
