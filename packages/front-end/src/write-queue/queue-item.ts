import type { OutboundStanza } from '@rollcall/cluster';

/** A whole element of our own that is no stanza: it needs no address and is not counted (XEP-0198 §4). */
export interface Nonza {
  readonly text: string;
}

export type QueueItem = OutboundStanza | Nonza;

/** What an item takes up, its address apart. */
export function bytesOf(item: QueueItem): number {
  return 'head' in item
    ? Buffer.byteLength(item.head) + Buffer.byteLength(item.tail)
    : Buffer.byteLength(item.text);
}
