/**
 * How a stream's own elements are written: within one long document over TCP (RFC 6120 §4), or each by itself over
 * WebSocket (RFC 7395). Everything else in this folder is the same for both.
 */
import {
  escapeAttribute,
  NS,
  splitAtTo,
  streamErrorXml,
  type Stanza,
  type StreamErrorCondition,
} from '@rollcall/xmpp';

export interface StreamOpening {
  readonly from: string;
  readonly id: string;
  readonly to?: string;
}

export interface Framing {
  /** What a peer's stream header must have as the namespace of the stream, and as that of its stanzas. */
  readonly streamNs: string;
  readonly contentNs: string;
  /** What a stanza's start tag has to declare. */
  readonly stanzaDeclaration: string;
  open(opening: StreamOpening): string;
  readonly close: string;
  features(content: string): string;
  /** `extra` is an application-specific condition (RFC 6120 §4.9.4). */
  error(condition: StreamErrorCondition, text?: string, extra?: string): string;
  stanza(stanza: Stanza): string;
}

function openingAttributes({ from, id, to }: StreamOpening): string {
  const toAttribute = to === undefined ? '' : ` to='${escapeAttribute(to)}'`;
  return ` from='${escapeAttribute(from)}' id='${escapeAttribute(id)}'${toAttribute} version='1.0' xml:lang='en'`;
}

function errorXml(condition: StreamErrorCondition, text: string | undefined, extra = ''): string {
  return streamErrorXml(condition, text).replace(
    '</stream:error>',
    () => `${extra}</stream:error>`,
  );
}

function stanzaXml(stanza: Stanza, declaration: string): string {
  const { head, tail } = splitAtTo(stanza);
  const to = stanza.to === undefined ? '' : ` to='${escapeAttribute(stanza.to)}'`;
  return head + declaration + to + tail;
}

export const tcpFraming: Framing = {
  streamNs: NS.stream,
  contentNs: NS.client,
  stanzaDeclaration: '',
  open: (opening) =>
    `<?xml version='1.0'?><stream:stream xmlns='${NS.client}' xmlns:stream='${NS.stream}'${openingAttributes(opening)}>`,
  close: '</stream:stream>',
  features: (content) => `<stream:features>${content}</stream:features>`,
  error: errorXml,
  stanza: (stanza) => stanzaXml(stanza, ''),
};

const streamPrefix = ` xmlns:stream='${NS.stream}'`;

/** RFC 7395 §3.3: every message is one element that declares all it needs. */
export const webSocketFraming: Framing = {
  streamNs: NS.framing,
  contentNs: NS.framing,
  stanzaDeclaration: ` xmlns='${NS.client}'`,
  open: (opening) => `<open xmlns='${NS.framing}'${openingAttributes(opening)}/>`,
  close: `<close xmlns='${NS.framing}'/>`,
  features: (content) => `<stream:features${streamPrefix}>${content}</stream:features>`,
  error: (condition, text, extra) =>
    errorXml(condition, text, extra).replace('<stream:error', () => `<stream:error${streamPrefix}`),
  stanza: (stanza) => stanzaXml(stanza, ` xmlns='${NS.client}'`),
};

/** XEP-0114: TCP without features and without stanzas of its own. */
export const componentFraming: Framing = {
  ...tcpFraming,
  contentNs: NS.componentAccept,
  open: (opening) =>
    `<?xml version='1.0'?><stream:stream xmlns='${NS.componentAccept}' xmlns:stream='${NS.stream}'${openingAttributes(opening)}>`,
};
