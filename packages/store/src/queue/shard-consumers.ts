/**
 * The consumers of a queue, one per shard at most.
 */
import type { ConsumeOptions, QueueConsumer, QueueDelivery } from './handshake-queue.ts';
import type { HandshakeQueueOptions } from './queue-options.ts';
import { ShardConsumer, type ShardLog } from './shard-consumer.ts';

const defaultRetryDelayMs = 250;

export class ShardConsumers {
  readonly #options: HandshakeQueueOptions;
  readonly #consumers = new Map<number, ShardConsumer>();

  constructor(options: HandshakeQueueOptions) {
    this.#options = options;
  }

  /** A new consumer takes the shard over. */
  start(
    shard: number,
    log: ShardLog,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): QueueConsumer {
    this.#consumers.get(shard)?.lose();
    const { timers, retryDelayMs = defaultRetryDelayMs } = this.#options;
    const consumer = new ShardConsumer(log, { ...options, timers, retryDelayMs }, onDelivery);
    this.#consumers.set(shard, consumer);
    this.pumpSoon(shard);
    return consumer;
  }

  /** In a microtask of its own, so that what a consumer throws is not mistaken for a failure to publish. */
  pumpSoon(shard: number): void {
    queueMicrotask(() => this.#consumers.get(shard)?.pump());
  }

  pumpAll(): void {
    for (const consumer of this.#consumers.values()) consumer.pump();
  }

  /** The message is gone from the shard's log. */
  forget(shard: number, sequence: number): void {
    this.#consumers.get(shard)?.forget(sequence);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.stop()));
  }
}
