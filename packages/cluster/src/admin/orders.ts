/**
 * How what an operator orders reaches a user's actor: directly, where the actors are in this process; through the
 * durable queue, where some other process owns the user. An actor that lives elsewhere would not see a record that was
 * written behind its back.
 */
import type { ImportedItem } from '@rollcall/presence';
import type { HandshakeQueue } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Residents } from '../engine/residents.ts';
import { encodeQueueBody, type Order } from '../handshake/handshake-message.ts';
import { shardOf } from '../shard/shard-of.ts';

export interface Orders {
  /** Resolves when it is carried out, or durably on its way. Rejects with `StoreError`. */
  give(user: BareJid, order: Order): Promise<void>;
}

export class DirectOrders implements Orders {
  readonly #residents: Residents;

  constructor(residents: Residents) {
    this.#residents = residents;
  }

  async give(user: BareJid, order: Order): Promise<void> {
    const wasResident = this.#residents.find(user) !== undefined;
    // Whoever is not in memory finds the account when they are woken.
    if (order.kind === 'accountCreated' && !wasResident) return;
    await this.#residents.told(user, order);
    // A large import must not leave everyone in memory until the next sweep.
    if (!wasResident) this.#residents.release(user);
  }
}

/** NATS takes 1 MB by default. */
const itemCharsPerMessage = 128 * 1024;

export class QueuedOrders implements Orders {
  readonly #queue: HandshakeQueue;
  /** Tells the orders of one process from those of another. */
  readonly #giver: string;
  #given = 0;

  constructor(queue: HandshakeQueue, random: () => number) {
    this.#queue = queue;
    this.#giver = Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);
  }

  async give(user: BareJid, order: Order): Promise<void> {
    if (order.kind !== 'rosterImported') return this.#publish(user, order);
    // One after the other: the later of two items for one contact counts.
    for (const items of portionsOf(order.items))
      await this.#publish(user, { kind: 'rosterImported', items });
  }

  async #publish(user: BareJid, order: Order): Promise<void> {
    this.#given += 1;
    await this.#queue.publish({
      id: `order:${user}:${this.#giver}:${this.#given}`,
      shard: shardOf(user),
      body: encodeQueueBody({ kind: 'order', user, order }),
    });
  }
}

function* portionsOf(items: readonly ImportedItem[]): Generator<readonly ImportedItem[]> {
  let portion: ImportedItem[] = [];
  let chars = 0;
  for (const item of items) {
    const more = JSON.stringify(item).length;
    if (portion.length > 0 && chars + more > itemCharsPerMessage) {
      yield portion;
      portion = [];
      chars = 0;
    }
    portion.push(item);
    chars += more;
  }
  if (portion.length > 0) yield portion;
}
