/**
 * In front of a durable queue, where publishers and consumers are in one process: what its publisher keeps on disk is
 * handed over in memory, instead of being written a second time. All else goes through the durable queue, as does what
 * is for a shard that nobody consumes here.
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
  defaultMaxDepthPerShard,
  queueFullError,
  type HandshakeQueueOptions,
} from './queue-options.ts';
import type { LoggedMessage, ShardLog } from './shard-consumer.ts';
import { ShardConsumers } from './shard-consumers.ts';

/** The bounds are for what is handed over; ids are known for as long as it waits. */
export type DirectHandshakeQueueOptions = Omit<HandshakeQueueOptions, 'dedupWindowMs'>;

class Handed {
  readonly message: QueuedMessage;
  readonly acknowledged: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: StoreError) => void = () => undefined;

  constructor(message: QueuedMessage) {
    this.message = { ...message, body: message.body.slice() };
    this.acknowledged = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** What was handed over of one shard and is not acknowledged, by its place in the order. */
type Waiting = Map<number, Handed>;

export class DirectHandshakeQueue implements HandshakeQueue {
  readonly #durable: HandshakeQueue;
  readonly #maxDepthPerShard: number;
  readonly #consumers: ShardConsumers;
  readonly #consumed = new Map<number, QueueConsumer>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #byId = new Map<string, Handed>();
  #lastSequence = 0;
  #closed = false;

  /** `durable` is closed with it. */
  constructor(durable: HandshakeQueue, options: DirectHandshakeQueueOptions) {
    this.#durable = durable;
    this.#maxDepthPerShard = options.maxDepthPerShard ?? defaultMaxDepthPerShard;
    this.#consumers = new ShardConsumers(options);
  }

  async publish(message: QueuedMessage): Promise<void> {
    if (message.kept !== true || !this.#consumed.has(message.shard))
      return this.#durable.publish(message);
    assertMessage(message);
    return (this.#byId.get(message.id) ?? this.#hand(message)).acknowledged;
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    const durable = await this.#durable.consume(shard, options, onDelivery);
    const direct = this.#consumers.start(shard, this.#logOf(shard), options, onDelivery);
    const stop = async () => {
      if (this.#consumed.get(shard) === consumer) this.#consumed.delete(shard);
      await Promise.all([durable.stop(), direct.stop()]);
    };
    const consumer = { stop, lost: durable.lost };
    this.#consumed.set(shard, consumer);
    void durable.lost.then(stop);
    return consumer;
  }

  async depth(shard?: number): Promise<number> {
    const durable = await this.#durable.depth(shard);
    return durable + (shard === undefined ? this.#byId.size : this.#waitingOf(shard).size);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#consumed.clear();
    await Promise.all([this.#durable.close(), this.#consumers.stopAll()]);
    for (const { reject } of this.#byId.values()) reject(closedError());
    this.#byId.clear();
    this.#waiting.clear();
  }

  #hand(message: QueuedMessage): Handed {
    const waiting = this.#waitingOf(message.shard);
    if (waiting.size >= this.#maxDepthPerShard)
      throw queueFullError(message.shard, this.#maxDepthPerShard);
    const handed = new Handed(message);
    waiting.set(++this.#lastSequence, handed);
    this.#byId.set(message.id, handed);
    this.#consumers.pumpSoon(message.shard);
    return handed;
  }

  #logOf(shard: number): ShardLog {
    const waiting = this.#waitingOf(shard);
    return {
      readAfter: (sequence, limit) => readAfter(waiting, sequence, limit),
      remove: (sequence) => this.#remove(shard, waiting, sequence),
    };
  }

  async #remove(shard: number, waiting: Waiting, sequence: number): Promise<void> {
    if (this.#closed) throw closedError();
    const handed = waiting.get(sequence);
    if (handed === undefined) return;
    waiting.delete(sequence);
    this.#byId.delete(handed.message.id);
    this.#consumers.forget(shard, sequence);
    handed.resolve();
    await handed.acknowledged;
  }

  #waitingOf(shard: number): Waiting {
    const known = this.#waiting.get(shard);
    if (known !== undefined) return known;
    const none: Waiting = new Map();
    this.#waiting.set(shard, none);
    return none;
  }
}

function readAfter(waiting: Waiting, after: number, limit: number): readonly LoggedMessage[] {
  const found: LoggedMessage[] = [];
  for (const [sequence, { message }] of waiting) {
    if (found.length === limit) break;
    if (sequence > after) found.push({ sequence, message });
  }
  return found;
}

function closedError(): StoreError {
  return new StoreError('store_closed', 'The handshake queue was closed.');
}
