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
  defaultDedupWindowMs,
  defaultMaxDepthPerShard,
  queueFullError,
  type HandshakeQueueOptions,
} from './queue-options.ts';
import { RecentIds } from './recent-ids.ts';
import type { LoggedMessage } from './shard-consumer.ts';
import { ShardConsumers } from './shard-consumers.ts';

type Messages = Map<number, QueuedMessage>;

export class MemoryHandshakeQueue implements HandshakeQueue {
  readonly #timers: HandshakeQueueOptions['timers'];
  readonly #maxDepthPerShard: number;
  readonly #recentIds: RecentIds;
  readonly #consumers: ShardConsumers;
  readonly #shards = new Map<number, Messages>();
  #lastSequence = 0;
  #closed = false;

  constructor(options: HandshakeQueueOptions) {
    this.#timers = options.timers;
    this.#maxDepthPerShard = options.maxDepthPerShard ?? defaultMaxDepthPerShard;
    this.#recentIds = new RecentIds(options.dedupWindowMs ?? defaultDedupWindowMs);
    this.#consumers = new ShardConsumers(options);
  }

  async publish(message: QueuedMessage): Promise<void> {
    assertMessage(message);
    const copy = { ...message, body: message.body.slice() };
    await this.#ready();
    const now = this.#timers.now();
    if (this.#recentIds.has(copy.id, now)) return;
    const messages = this.#messagesOf(copy.shard);
    if (messages.size >= this.#maxDepthPerShard)
      throw queueFullError(copy.shard, this.#maxDepthPerShard);
    this.#recentIds.add(copy.id, now);
    messages.set(++this.#lastSequence, copy);
    this.#consumers.pumpSoon(copy.shard);
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    assertShard(shard);
    await this.#ready();
    const messages = this.#messagesOf(shard);
    const log = {
      readAfter: (sequence: number, limit: number) => readAfter(messages, sequence, limit),
      remove: (sequence: number) => this.#remove(shard, sequence),
    };
    return this.#consumers.start(shard, log, options, onDelivery);
  }

  async depth(shard?: number): Promise<number> {
    await this.#ready();
    if (shard !== undefined) return this.#shards.get(shard)?.size ?? 0;
    return [...this.#shards.values()].reduce((sum, messages) => sum + messages.size, 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#consumers.stopAll();
  }

  async #remove(shard: number, sequence: number): Promise<void> {
    await this.#ready();
    this.#shards.get(shard)?.delete(sequence);
    this.#consumers.forget(shard, sequence);
  }

  #messagesOf(shard: number): Messages {
    let messages = this.#shards.get(shard);
    if (messages === undefined)
      this.#shards.set(shard, (messages = new Map<number, QueuedMessage>()));
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
