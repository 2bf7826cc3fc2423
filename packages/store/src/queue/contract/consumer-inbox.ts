/** What a consumer was given and the test has not looked at yet. */
import type { QueueConsumer, QueueDelivery } from '../handshake-queue.ts';

export class ConsumerInbox {
  consumer: QueueConsumer | undefined;
  readonly #deliveries: QueueDelivery[] = [];
  #wake: (() => void) | undefined;

  get waiting(): number {
    return this.#deliveries.length;
  }

  put(delivery: QueueDelivery): void {
    this.#deliveries.push(delivery);
    this.#wake?.();
  }

  /** The next delivery; the test's time limit is the limit. */
  async next(): Promise<QueueDelivery> {
    for (;;) {
      const delivery = this.#deliveries.shift();
      if (delivery !== undefined) return delivery;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The ids of the next deliveries. */
  async take(count: number): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await this.next()).message.id);
    return ids;
  }

  async takeAndAck(count: number): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) {
      const delivery = await this.next();
      ids.push(delivery.message.id);
      await delivery.ack();
    }
    return ids;
  }
}
