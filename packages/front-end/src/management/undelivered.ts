/**
 * Accounts for what a lost client never acknowledged (XEP-0198 §4): senders of messages and requests are told, as they
 * would have been had the resource been gone already. Presence needs nothing: the session's end speaks for itself.
 */
import {
  escapeAttribute,
  NS,
  parseFramed,
  stanzaError,
  stanzaFromElement,
  type FullJid,
  type Stanza,
  type XmlLimits,
} from '@rollcall/xmpp';
import type { QueueItem } from '../write-queue/queue-item.ts';

/** Errors from `address` to the senders, oldest first. */
export function undeliveredReplies(
  items: readonly QueueItem[],
  address: FullJid,
  limits: XmlLimits,
): readonly Stanza[] {
  return items.flatMap((item) => {
    if (!('head' in item) || item.presenceOf !== undefined) return [];
    const attributes = ` xmlns='${NS.client}' to='${escapeAttribute(item.to ?? address)}'`;
    const event = parseFramed(item.head + attributes + item.tail, limits);
    if (event.kind !== 'element') return [];
    const read = stanzaFromElement(event.element);
    if (!read.ok || read.value.kind === 'presence') return [];
    const error = stanzaError(read.value, 'recipient-unavailable', { text: 'the client was lost' });
    return error?.to === undefined ? [] : [error];
  });
}
