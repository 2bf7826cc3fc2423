/**
 * What is on its way to one client. As long as the client reads, text passes straight through. When it does not, what
 * comes is kept within bounds: of several presences of one contact only the newest, at the place of the newest, so
 * that nothing overtakes. The same happens while a client says that it is inactive (XEP-0352).
 */
import type { OutboundStanza } from '@rollcall/cluster';
import { escapeAttribute, type FullJid, type Jid } from '@rollcall/xmpp';
import type { Outlet } from './outlet.ts';
import { bytesOf, type QueueItem } from './queue-item.ts';

export interface QueueBounds {
  readonly queueBytes: number;
  readonly queueStanzas: number;
}

export interface QueueOwner {
  /** The client does not read and the bound is reached; nothing is kept from then on. Called once. */
  overflowed(): void;
  /** A stanza leaves. */
  sent(stanza: OutboundStanza): void;
  /** A presence will never leave because a newer one of the same contact came. */
  coalesced(): void;
}

/** What is put into the start tag of every stanza. */
export interface Splice {
  /** What the framing wants there. */
  readonly declaration: string;
  /** The address of stanzas that have none of their own. */
  readonly to: FullJid;
}

interface Kept {
  readonly item: QueueItem;
  readonly bytes: number;
}

export class WriteQueue {
  readonly #bounds: QueueBounds;
  readonly #owner: QueueOwner;
  /** Undefined while nothing is kept, as with all clients that read. */
  #kept: Map<string | number, Kept> | undefined;
  #outlet: Outlet | undefined;
  #declaration = '';
  #splice = '';
  #bytes = 0;
  #nextKey = 0;
  #active = true;
  #closed = false;

  constructor(bounds: QueueBounds, owner: QueueOwner) {
    this.#bounds = bounds;
    this.#owner = owner;
  }

  /** What waits, oldest first. */
  get kept(): readonly QueueItem[] {
    return Array.from(this.#kept?.values() ?? [], ({ item }) => item);
  }

  get size(): number {
    return this.#kept?.size ?? 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * From now on text goes to `outlet`: first what was sent before and got lost, then what was kept. Without a `splice`
   * there are no stanzas, only text.
   */
  attach(outlet: Outlet, splice?: Splice, again: readonly QueueItem[] = []): void {
    if (this.#closed) return;
    this.#outlet = outlet;
    if (splice) {
      this.#declaration = splice.declaration;
      this.#splice = splice.declaration + toAttribute(splice.to);
    }
    this.#active = true;
    for (const item of again) outlet.write(this.#textOf(item));
    this.#drain(outlet);
  }

  /** The stream is gone, the session may live on: everything is kept. */
  detach(): void {
    this.#outlet = undefined;
  }

  /** Nothing is kept or written any more. */
  close(): void {
    this.#closed = true;
    this.#outlet = undefined;
    // Somebody may be going through it.
    this.#kept?.clear();
    this.#kept = undefined;
    this.#bytes = 0;
  }

  /** A stanza of the cluster's. */
  deliver(stanza: OutboundStanza): void {
    const outlet = this.#outlet;
    const held = !this.#active && stanza.presenceOf !== undefined;
    // What is kept goes first, or a message would overtake its sender's presence.
    if (outlet?.ready && !held && (this.#kept === undefined || this.#drain(outlet))) {
      this.#write(outlet, stanza);
    } else {
      this.#keep(stanza.presenceOf, stanza);
    }
  }

  /** Our own word. It concerns no contact, so it may overtake what is kept from an inactive client. */
  say(item: QueueItem): void {
    const outlet = this.#outlet;
    if (outlet?.ready && (this.#kept === undefined || !this.#active)) this.#write(outlet, item);
    else this.#keep(undefined, item);
  }

  setActive(active: boolean): void {
    this.#active = active;
    this.drained();
  }

  /** The peer takes text again. */
  drained(): void {
    if (this.#active && this.#outlet) this.#drain(this.#outlet);
  }

  /** Writes what is kept as long as the peer takes it. Whether nothing is left. */
  #drain(outlet: Outlet): boolean {
    const kept = this.#kept;
    for (const [key, { item, bytes }] of kept ?? []) {
      if (!outlet.ready) return false;
      kept?.delete(key);
      this.#bytes -= bytes;
      this.#write(outlet, item);
    }
    if (this.#kept?.size === 0) this.#kept = undefined;
    return true;
  }

  #write(outlet: Outlet, item: QueueItem): void {
    outlet.write(this.#textOf(item));
    if ('head' in item) this.#owner.sent(item);
  }

  #textOf(item: QueueItem): string {
    if (!('head' in item)) return item.text;
    const splice = item.to === undefined ? this.#splice : this.#declaration + toAttribute(item.to);
    return item.head + splice + item.tail;
  }

  #keep(contact: string | undefined, item: QueueItem): void {
    if (this.#closed) return;
    const key = contact ?? this.#nextKey++;
    const kept = (this.#kept ??= new Map<string | number, Kept>());
    const older = kept.get(key);
    if (older) {
      kept.delete(key);
      this.#bytes -= older.bytes;
      this.#owner.coalesced();
    }
    const bytes = bytesOf(item);
    kept.set(key, { item, bytes });
    this.#bytes += bytes;
    if (this.#bytes > this.#bounds.queueBytes || kept.size > this.#bounds.queueStanzas) {
      this.#relieve();
    }
  }

  /** An inactive client that reads is given early what there is no room for; one that does not read is cut off. */
  #relieve(): void {
    const outlet = this.#outlet;
    if (outlet?.ready && this.#drain(outlet)) return;
    this.close();
    this.#owner.overflowed();
  }
}

function toAttribute(to: Jid): string {
  return ` to='${escapeAttribute(to)}'`;
}
