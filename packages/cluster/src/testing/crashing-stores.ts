/** Stores that a process loses touch with at a chosen moment, as if it had been killed there. */
import type {
  ConsumeOptions,
  HandshakeQueue,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
  RecordStore,
  RecordWriteOptions,
} from '@rollcall/store';

/** Counts what changes something durable; at one of them the process dies, before or after it was carried out. */
export class CrashPoint {
  readonly #at: number;
  readonly #carriedOut: boolean;
  #count = 0;
  #crashed = false;

  constructor(at: number, carriedOut: boolean) {
    this.#at = at;
    this.#carriedOut = carriedOut;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** From now on nothing that the process does has any effect, and it hears of nothing. */
  crash(): void {
    this.#crashed = true;
  }

  async pass<T>(change: () => Promise<T>): Promise<T> {
    if (this.#crashed) return never();
    this.#count += 1;
    if (this.#count !== this.#at) return this.hear(change());
    this.#crashed = true;
    if (this.#carriedOut) await change();
    return never();
  }

  /** What is answered after the crash is heard by nobody. */
  async hear<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    return this.#crashed ? never() : value;
  }
}

export function crashingRecords(inner: RecordStore, point: CrashPoint): RecordStore {
  return {
    read: (key) => point.hear(inner.read(key)),
    readMany: (keys) => point.hear(inner.readMany(keys)),
    write: (key: string, value: Uint8Array, expected: number, options?: RecordWriteOptions) =>
      point.pass(() => inner.write(key, value, expected, options)),
    delete: (key, expected) => point.pass(() => inner.delete(key, expected)),
    keys: (prefix) => inner.keys(prefix),
    unsettled: (prefix) => inner.unsettled(prefix),
    close: () => Promise.resolve(),
  };
}

export function crashingQueue(inner: HandshakeQueue, point: CrashPoint): HandshakeQueue {
  const crashingDelivery = (delivery: QueueDelivery): QueueDelivery => ({
    message: delivery.message,
    attempt: delivery.attempt,
    ack: () => point.pass(() => delivery.ack()),
    retry: () => {
      if (!point.crashed) delivery.retry();
    },
  });
  return {
    publish: (message: QueuedMessage) => point.pass(() => inner.publish(message)),
    consume: (
      shard: number,
      options: ConsumeOptions,
      onDelivery: (delivery: QueueDelivery) => void,
    ): Promise<QueueConsumer> =>
      inner.consume(shard, options, (delivery) => {
        if (!point.crashed) onDelivery(crashingDelivery(delivery));
      }),
    depth: (shard) => inner.depth(shard),
    close: () => Promise.resolve(),
  };
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
