/**
 * Delivers the messages of one shard to one consumer: in order, so many at a time, again after a while. It knows only
 * an ordered log and the clock, so the adapters share it.
 */
import type { Timers } from '../timers.ts';
import type {
  ConsumeOptions,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
} from './handshake-queue.ts';

export interface LoggedMessage {
  /** Grows in the order of publishing; greater than 0. */
  readonly sequence: number;
  readonly message: QueuedMessage;
}

/** The messages of one shard, as its adapter keeps them. */
export interface ShardLog {
  /** Up to `limit` messages after `sequence`, oldest first. */
  readAfter(sequence: number, limit: number): readonly LoggedMessage[];
  /** Resolves when the message is durably gone, and has been taken from whoever consumes the shard then (`forget`). */
  remove(sequence: number): Promise<void>;
}

export interface ShardConsumerOptions extends ConsumeOptions {
  readonly retryDelayMs: number;
  readonly timers: Timers;
}

interface Unacknowledged extends LoggedMessage {
  attempt: number;
  cancelTimer: () => void;
}

export class ShardConsumer implements QueueConsumer {
  readonly lost: Promise<void>;
  readonly #log: ShardLog;
  readonly #options: ShardConsumerOptions;
  readonly #onDelivery: (delivery: QueueDelivery) => void;
  readonly #unacknowledged = new Map<number, Unacknowledged>();
  #lastDelivered = 0;
  /** The last look into the log took all that there was room for: there may be more. */
  #isBehind = false;
  #stopped = false;
  #tellLost: () => void = () => undefined;

  constructor(
    log: ShardLog,
    options: ShardConsumerOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ) {
    this.#log = log;
    this.#options = options;
    this.#onDelivery = onDelivery;
    this.lost = new Promise((resolve) => (this.#tellLost = resolve));
  }

  /** Delivers what the log has and the consumer may have. Called when the log has grown. */
  pump(): void {
    for (;;) {
      const room = this.#options.maxInFlight - this.#unacknowledged.size;
      if (this.#stopped || room <= 0) return;
      const messages = this.#log.readAfter(this.#lastDelivered, room);
      this.#isBehind = messages.length === room;
      for (const { sequence, message } of messages) this.#begin(sequence, message);
      if (!this.#isBehind) return;
    }
  }

  /** The message is gone from the log: no delivery of it is to follow. */
  forget(sequence: number): void {
    this.#unacknowledged.get(sequence)?.cancelTimer();
    if (this.#unacknowledged.delete(sequence) && this.#isBehind) this.pump();
  }

  /** Another has taken over. */
  lose(): void {
    if (this.#stopped) return;
    void this.stop();
    this.#tellLost();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    for (const entry of this.#unacknowledged.values()) entry.cancelTimer();
    this.#unacknowledged.clear();
    return Promise.resolve();
  }

  #begin(sequence: number, message: QueuedMessage): void {
    if (this.#stopped) return; // by the callback of the delivery before
    this.#lastDelivered = sequence;
    const entry = { sequence, message, attempt: 0, cancelTimer: () => undefined };
    this.#unacknowledged.set(sequence, entry);
    this.#deliver(entry);
  }

  #deliver(entry: Unacknowledged): void {
    entry.attempt += 1;
    this.#deliverLater(entry, this.#options.ackWaitMs);
    const attempt = entry.attempt;
    this.#onDelivery({
      message: entry.message,
      attempt,
      ack: () => this.#acknowledge(entry),
      retry: () => {
        if (entry.attempt === attempt) this.#deliverLater(entry, this.#retryDelayMs(attempt));
      },
    });
  }

  #deliverLater(entry: Unacknowledged, ms: number): void {
    entry.cancelTimer();
    if (this.#unacknowledged.get(entry.sequence) !== entry) return;
    entry.cancelTimer = this.#options.timers.setTimeout(() => this.#deliver(entry), ms);
  }

  async #acknowledge(entry: Unacknowledged): Promise<void> {
    entry.cancelTimer();
    try {
      await this.#log.remove(entry.sequence);
    } catch (error) {
      this.#deliverLater(entry, this.#options.ackWaitMs);
      throw error;
    }
  }

  #retryDelayMs(attempt: number): number {
    return Math.min(this.#options.retryDelayMs * 2 ** (attempt - 1), this.#options.ackWaitMs);
  }
}
