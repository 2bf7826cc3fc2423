/**
 * The durable queue that carries subscription handshakes between actors: at least once, in order per shard.
 */

export interface QueuedMessage {
  /** Names the message for deduplication, across all shards; text of 1 to 4,000 bytes without control characters. */
  readonly id: string;
  /** A whole number from 0 to 65,535. */
  readonly shard: number;
  readonly body: Uint8Array;
  /**
   * Who publishes it has it on disk, and publishes it anew after a crash, for as long as its publishing has not resolved.
   * So a queue need not write it, if it has it acknowledged before it resolves.
   */
  readonly kept?: true;
}

export interface QueueDelivery {
  readonly message: QueuedMessage;
  /** At least 1; grows with each delivery of the message that one consumer gets. */
  readonly attempt: number;
  /**
   * Resolves when the message is durably gone. Also counts when the message has been delivered again meanwhile. One that
   * has failed may be repeated; whether it was carried out or not, the next is answered.
   */
  ack(): Promise<void>;
  /** Deliver again, after a while. */
  retry(): void;
}

export interface QueueConsumer {
  /** After it resolves nothing more is delivered; what was not acknowledged waits for the next consumer. */
  stop(): Promise<void>;
  /**
   * Resolves when it has ended without having been stopped: another has taken the shard over, or what the queue knew of
   * it is gone. Nothing more is delivered to it; who still owns the shard consumes it anew.
   */
  readonly lost: Promise<void>;
}

export interface ConsumeOptions {
  /** How many messages may be delivered and not yet acknowledged, those that wait to be tried again included. */
  readonly maxInFlight: number;
  /** After how long an unacknowledged message is delivered again. */
  readonly ackWaitMs: number;
}

/** Operational failures reject with `StoreError`. */
export interface HandshakeQueue {
  /**
   * Resolves when durable, or, where the message is kept, at the latest when it is acknowledged. The same id within the
   * deduplication window is accepted and not queued twice; of what is kept, at least as long as it waits. Rejects with
   * code `queue_full` when the shard holds as many messages as it may.
   */
  publish(message: QueuedMessage): Promise<void>;
  /**
   * Deliveries of one shard start in the order of publishing; up to `maxInFlight` unacknowledged; what is kept may be
   * ordered and counted apart from the rest. Unacknowledged ones come again after `ackWaitMs` or when a new consumer starts. A shard has one consumer: a new one takes over.
   */
  consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer>;
  /** Messages not yet acknowledged, of one shard or of all. */
  depth(shard?: number): Promise<number>;
  /** Stops all consumers and waits for what is under way; everything asked later rejects with `store_closed`. */
  close(): Promise<void>;
}
