/** Where browsers find the WebSocket of a domain (XEP-0156, RFC 6415). */
import { escapeAttribute } from '@rollcall/xmpp';

export interface HostMeta {
  readonly contentType: string;
  readonly body: string;
}

const relation = 'urn:xmpp:alt-connections:websocket';

/** The document of that path, if it is one. */
export function hostMeta(path: string, url: string): HostMeta | undefined {
  switch (path) {
    case '/.well-known/host-meta':
      return {
        contentType: 'application/xrd+xml',
        body:
          "<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>" +
          `<Link rel='${relation}' href='${escapeAttribute(url)}'/></XRD>`,
      };
    case '/.well-known/host-meta.json':
      return {
        contentType: 'application/json',
        body: JSON.stringify({ links: [{ rel: relation, href: url }] }),
      };
    default:
      return undefined;
  }
}
