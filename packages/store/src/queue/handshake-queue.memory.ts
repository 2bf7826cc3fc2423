/**
 * The handshake queue in memory: for tests, and for the simulator, on whose virtual clock it runs.
 */
import { StoreError } from '../store-error.ts';
import type {
  ConsumeOptions,
  HandshakeQueue,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
} from './handshake-queue.ts';
import {
  assertMessage,
  assertShard,
  queueBounds,
  queueFullError,
  type HandshakeQueueOptions,
  type QueueBounds,
} from './queue-options.ts';
import { RecentIds } from './recent-ids.ts';
import { ShardConsumer, type LoggedMessage } from './shard-consumer.ts';

type Messages = Map<number, QueuedMessage>;

export class MemoryHandshakeQueue implements HandshakeQueue {
  readonly #timers: HandshakeQueueOptions['timers'];
  readonly #bounds: QueueBounds;
  readonly #shards = new Map<number, Messages>();
  readonly #consumers = new Map<number, ShardConsumer>();
  readonly #recentIds: RecentIds;
  #lastSequence = 0;
  #closed = false;

  constructor(options: HandshakeQueueOptions) {
    this.#timers = options.timers;
    this.#bounds = queueBounds(options);
    this.#recentIds = new RecentIds(this.#bounds.dedupWindowMs);
  }

  async publish(message: QueuedMessage): Promise<void> {
    assertMessage(message);
    const copy = { ...message, body: message.body.slice() };
    await this.#ready();
    const now = this.#timers.now();
    if (this.#recentIds.has(copy.id, now)) return;
    const messages = this.#messagesOf(copy.shard);
    if (messages.size >= this.#bounds.maxDepthPerShard)
      throw queueFullError(copy.shard, this.#bounds.maxDepthPerShard);
    this.#recentIds.add(copy.id, now);
    messages.set(++this.#lastSequence, copy);
    this.#pumpSoon(copy.shard);
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    assertShard(shard);
    await this.#ready();
    await this.#consumers.get(shard)?.stop();
    const messages = this.#messagesOf(shard);
    const log = {
      readAfter: (sequence: number, limit: number) => readAfter(messages, sequence, limit),
      remove: (sequence: number) => this.#remove(shard, sequence),
    };
    const { retryDelayMs } = this.#bounds;
    const consumer = new ShardConsumer(
      log,
      { ...options, retryDelayMs, timers: this.#timers },
      onDelivery,
    );
    this.#consumers.set(shard, consumer);
    this.#pumpSoon(shard);
    return consumer;
  }

  async depth(shard?: number): Promise<number> {
    await this.#ready();
    if (shard !== undefined) return this.#shards.get(shard)?.size ?? 0;
    return [...this.#shards.values()].reduce((sum, messages) => sum + messages.size, 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.stop()));
  }

  async #remove(shard: number, sequence: number): Promise<void> {
    await this.#ready();
    this.#shards.get(shard)?.delete(sequence);
    this.#consumers.get(shard)?.forget(sequence);
  }

  /** In a microtask of its own, so that what a consumer throws is not mistaken for a failure to publish. */
  #pumpSoon(shard: number): void {
    queueMicrotask(() => this.#consumers.get(shard)?.pump());
  }

  #messagesOf(shard: number): Messages {
    let messages = this.#shards.get(shard);
    if (messages === undefined) this.#shards.set(shard, (messages = new Map()));
    return messages;
  }

  async #ready(): Promise<void> {
    await Promise.resolve();
    if (this.#closed) throw new StoreError('store_closed', 'The handshake queue was closed.');
  }
}

function readAfter(messages: Messages, after: number, limit: number): readonly LoggedMessage[] {
  const found: LoggedMessage[] = [];
  for (const [sequence, message] of messages) {
    if (found.length === limit) break;
    if (sequence > after) found.push({ sequence, message });
  }
  return found;
}
