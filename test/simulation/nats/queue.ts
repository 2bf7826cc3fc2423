/** The durable queue as one process has it: publishing may seem to fail, deliveries come late, twice, and again. */
import {
  StoreError,
  type ConsumeOptions,
  type HandshakeQueue,
  type QueueConsumer,
  type QueueDelivery,
  type QueuedMessage,
} from '@rollcall/store';
import type { SimClock } from '../world/sim-clock.ts';
import type { Connection } from './connection.ts';

const asksEveryMs = 3_000;

export function queueOver(
  queue: HandshakeQueue,
  connection: Connection,
  clock: SimClock,
): HandshakeQueue {
  return new QueueOver(queue, connection, clock);
}

class QueueOver implements HandshakeQueue {
  readonly #queue: HandshakeQueue;
  readonly #connection: Connection;
  readonly #clock: SimClock;

  constructor(queue: HandshakeQueue, connection: Connection, clock: SimClock) {
    this.#queue = queue;
    this.#connection = connection;
    this.#clock = clock;
  }

  publish(message: QueuedMessage): Promise<void> {
    return this.#ask(() => this.#queue.publish(message));
  }

  consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    // What one consumer is given comes in the order in which it was given, over one connection.
    let lastMs = 0;
    const carry = (delivery: QueueDelivery): void => {
      if (!this.#connection.isUp() || this.#connection.machine.dead) return;
      lastMs = Math.max(lastMs, this.#clock.now() + this.#connection.delayMs());
      const arrive = () => {
        if (this.#connection.isUp())
          this.#connection.machine.happen(() => onDelivery(this.#delivery(delivery)));
      };
      this.#clock.setTimeout(arrive, lastMs - this.#clock.now());
    };
    return this.#ask(async () => {
      const consumer = await this.#queue.consume(shard, options, (delivery) => {
        carry(delivery);
        if (this.#connection.happens('repeated')) carry(delivery);
      });
      const lost = new Promise<void>((resolve) => {
        void consumer.lost.then(() => this.#tellWhenUp(resolve));
      });
      return { lost, stop: () => consumer.stop() };
    });
  }

  depth(shard?: number): Promise<number> {
    return this.#ask(() => this.#queue.depth(shard));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** That its consumer is gone a process finds out by itself, once it can ask. */
  #tellWhenUp(tell: () => void): void {
    const { machine } = this.#connection;
    if (machine.dead) return;
    this.#clock.setTimeout(() => {
      if (this.#connection.isUp()) machine.happen(tell);
      else this.#tellWhenUp(tell);
    }, asksEveryMs);
  }

  #delivery(delivery: QueueDelivery): QueueDelivery {
    return {
      message: delivery.message,
      attempt: delivery.attempt,
      ack: () => this.#ask(() => delivery.ack()),
      retry: () => {
        if (this.#connection.isUp()) delivery.retry();
      },
    };
  }

  #ask<T>(carryOut: () => Promise<T>): Promise<T> {
    return this.#connection.ask(
      carryOut,
      () => new StoreError('store_unavailable', 'The simulated queue does not answer.'),
    );
  }
}
