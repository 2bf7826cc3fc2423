/**
 * JIDs, stanzas, errors and the strict stream parser.
 *
 * @module @rollcall/xmpp
 */
export { NS } from './namespaces.ts';
export type { Parsed } from './parsed.ts';
export {
  bareOf,
  domainOf,
  isBareJid,
  isFullJid,
  localOf,
  parseBareJid,
  parseFullJid,
  parseJid,
  resourceOf,
  withResource,
  type BareJid,
  type FullJid,
  type Jid,
} from './jid/jid.ts';
export { parseDomain } from './jid/domain.ts';
export { prepareLocalpart } from './jid/localpart.ts';
export { prepareResource } from './jid/resource.ts';
export { attrOf, childElements, childNamed, textOf, type XmlElement } from './xml/element.ts';
export { escapeAttribute, escapeText } from './xml/escape.ts';
export { parseFragment } from './xml/fragment.ts';
export { serializeElement } from './xml/serialize.ts';
export { xml } from './xml/builder.ts';
export type { StreamEvent, StreamHeader, StreamViolation } from './stream/events.ts';
export { parseFramed } from './stream/framed.ts';
export { authenticatedLimits, unauthenticatedLimits, type XmlLimits } from './xml/strict/limits.ts';
export { ReaderPool } from './stream/reader-pool.ts';
export { StreamParser, type StreamParserOptions } from './stream/stream-parser.ts';
export {
  appendContent,
  type Iq,
  type IqType,
  type Message,
  type MessageType,
  type Presence,
  type PresenceType,
  type Stanza,
} from './stanza/stanza.ts';
export { stanzaFromElement, type ParsedStanza, type StanzaFault } from './stanza/from-element.ts';
export { readPresence, type PresenceSummary } from './stanza/presence-content.ts';
export { serializeStanza, splitAtTo, type SplitStanza } from './stanza/serialize.ts';
export {
  stanzaErrorTypes,
  type StanzaErrorCondition,
  type StanzaErrorType,
} from './errors/stanza-error-condition.ts';
export { errorReply, stanzaError, type StanzaErrorOptions } from './errors/stanza-error.ts';
export { streamErrorXml, type StreamErrorCondition } from './errors/stream-error.ts';
export { delayXml, type Delay } from './time/delay.ts';
export { formatTimestamp, parseTimestamp } from './time/timestamp.ts';
