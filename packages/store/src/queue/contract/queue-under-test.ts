/** The queue that each test has to itself. */
import { afterEach, beforeEach } from 'vitest';
import { ConsumerInbox } from './consumer-inbox.ts';
import type { ConsumeOptions, HandshakeQueue } from '../handshake-queue.ts';

export interface HandshakeQueueFixture {
  readonly queue: HandshakeQueue;
  /** Lets this much time pass for the queue; a queue that lives by real time waits for it. */
  advance(ms: number): Promise<void>;
  /** Called after each test, once the queue is closed. */
  dispose?(): Promise<void>;
}

/** The bounds that the suite asks for. Delays after `retry()` must be below `ackWaitMs`. */
export const handshakeQueueContractBounds = { maxDepthPerShard: 50, dedupWindowMs: 120_000 };

export const ackWaitMs = 1_000;
export const oneAtATime = { maxInFlight: 1, ackWaitMs };
export const manyAtATime = { maxInFlight: 20, ackWaitMs };

export class QueueUnderTest {
  #fixture: HandshakeQueueFixture | undefined;

  /** Within `describe`: `make` gives an empty queue to each of its tests. */
  constructor(make: () => Promise<HandshakeQueueFixture>) {
    beforeEach(async () => {
      this.#fixture = await make();
    });
    afterEach(async () => {
      await this.queue.close();
      await this.#present().dispose?.();
    });
  }

  get queue(): HandshakeQueue {
    return this.#present().queue;
  }

  advance(ms: number): Promise<void> {
    return this.#present().advance(ms);
  }

  publish(id: string, shard = 7): Promise<void> {
    return this.queue.publish({ id, shard, body: new TextEncoder().encode(`body of ${id}`) });
  }

  async consume(options: ConsumeOptions = manyAtATime, shard = 7): Promise<ConsumerInbox> {
    const inbox = new ConsumerInbox();
    inbox.consumer = await this.queue.consume(shard, options, (delivery) => inbox.put(delivery));
    return inbox;
  }

  #present(): HandshakeQueueFixture {
    if (this.#fixture === undefined) throw new Error('there is a queue only within a test');
    return this.#fixture;
  }
}
