/**
 * The stream of handshakes as it is on disk, which outlives every process and may lose its end: what was published last
 * is gone then, and what was acknowledged last is there again (scenario 10).
 */
import {
  MemoryHandshakeQueue,
  type ConsumeOptions,
  type HandshakeQueue,
  type QueueConsumer,
  type QueueDelivery,
  type QueuedMessage,
} from '@rollcall/store';
import type { SimClock } from '../world/sim-clock.ts';

interface Entry {
  readonly message: QueuedMessage;
  readonly publishedMs: number;
  acknowledgedMs: number | undefined;
}

interface Reader {
  readonly shard: number;
  readonly options: ConsumeOptions;
  readonly onDelivery: (delivery: QueueDelivery) => void;
  readonly lose: () => void;
  consumer: QueueConsumer | undefined;
}

export class QueueFile implements HandshakeQueue {
  readonly #clock: SimClock;
  readonly #mayLoseMs: number;
  #queue: MemoryHandshakeQueue;
  /** In the order of publishing, as long as it may still change what there is of them. */
  #entries: Entry[] = [];
  /** The ids of all that was ever published: what comes twice is queued once. */
  readonly #ids = new Set<string>();
  readonly #readers = new Map<number, Reader>();

  constructor(clock: SimClock, mayLoseMs: number) {
    this.#clock = clock;
    this.#mayLoseMs = mayLoseMs;
    this.#queue = new MemoryHandshakeQueue({ timers: clock });
  }

  async publish(message: QueuedMessage): Promise<void> {
    await this.#queue.publish(message);
    this.#forgetTheOld();
    if (this.#ids.has(message.id)) return;
    this.#ids.add(message.id);
    this.#entries.push({
      message,
      publishedMs: this.#clock.passedMs,
      acknowledgedMs: undefined,
    });
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    let lose = (): void => undefined;
    const lost = new Promise<void>((resolve) => (lose = resolve));
    const reader: Reader = { shard, options, onDelivery, lose, consumer: undefined };
    await this.#start(reader);
    this.#readers.set(shard, reader);
    return {
      lost,
      stop: async () => {
        if (this.#readers.get(shard) === reader) this.#readers.delete(shard);
        await reader.consumer?.stop();
      },
    };
  }

  depth(shard?: number): Promise<number> {
    return this.#queue.depth(shard);
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  /** Of what was acknowledged, to those who published and by those who were given it, the newest is as if it had not been. */
  async lose(ms: number): Promise<void> {
    const sinceMs = this.#clock.passedMs - ms;
    const kept = this.#entries.filter(
      ({ publishedMs, acknowledgedMs = Infinity }) =>
        publishedMs < sinceMs && acknowledgedMs >= sinceMs,
    );
    for (const { message, publishedMs } of this.#entries)
      if (publishedMs >= sinceMs) this.#ids.delete(message.id);
    const former = this.#queue;
    this.#queue = new MemoryHandshakeQueue({ timers: this.#clock });
    this.#entries = kept.map((entry) => ({ ...entry, acknowledgedMs: undefined }));
    await former.close();
    for (const { message } of this.#entries) await this.#queue.publish(message);
    for (const reader of this.#readers.values()) await this.#start(reader);
  }

  async #start(reader: Reader): Promise<void> {
    const { shard, options, onDelivery } = reader;
    const queue = this.#queue;
    reader.consumer = await queue.consume(shard, options, (delivery) => {
      const ack = async () => {
        // What was given before the loss comes again after it.
        if (queue !== this.#queue) return;
        await delivery.ack();
        this.#acknowledged(delivery.message.id);
      };
      onDelivery({ ...delivery, ack, retry: () => delivery.retry() });
    });
    void reader.consumer.lost.then(reader.lose);
  }

  #acknowledged(id: string): void {
    const entry = this.#entries.find(({ message }) => message.id === id);
    if (entry !== undefined) entry.acknowledgedMs ??= this.#clock.passedMs;
  }

  #forgetTheOld(): void {
    const sinceMs = this.#clock.passedMs - this.#mayLoseMs;
    this.#entries = this.#entries.filter(
      ({ acknowledgedMs = Infinity }) => acknowledgedMs >= sinceMs,
    );
  }
}
