// Stanzas and requests that several chapters use.

import type { XmlElement } from '@rollcall/testkit';

/** Without a type it is a normal one (RFC 6121 §5.2.2). */
export function message(to: string, body: string, type?: string): string {
  return `<message to='${to}'${typeAttribute(type)}><body>${body}</body></message>`;
}

/** As it arrives. */
export function messageFrom(from: string, body: string, type?: string): string {
  return `<message from='${from}'${typeAttribute(type)}><body>${body}</body></message>`;
}

function typeAttribute(type: string | undefined): string {
  return type === undefined ? '' : ` type='${type}'`;
}

/** A request that no server and no client of these tests knows. */
export const unknownRequest = `<query xmlns='urn:example:question'/>`;

export const discoInfo = `<query xmlns='http://jabber.org/protocol/disco#info'/>`;

/** Available presence of anybody but the client itself, which is shown its own. */
export function availableOtherThan(own: string): (stanza: XmlElement) => boolean {
  return ({ name, attrs }) =>
    name === 'presence' && attrs['type'] === undefined && attrs['from'] !== own;
}
