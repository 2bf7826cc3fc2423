/**
 * What one owner takes from a shard's durable consumer, for as long as that consumer is there and nobody else takes from
 * it. JetStream numbers all that it delivers, whoever pulled. A number that was not the next means that another process
 * has been given something, a former owner that does not know yet that it is one, or that a server which was lost has
 * forgotten what it delivered. What came later must not be dealt with before that, so nothing is: the consumer is lost,
 * and whoever makes it anew is given all that is unacknowledged, in order.
 */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { QueueConsumer } from '@rollcall/store';

export class JetStreamConsumer implements QueueConsumer {
  readonly lost: Promise<void>;
  readonly #deliver: (message: JsMsg) => void;
  #lastNumber: number;
  #messages: ConsumerMessages | undefined;
  #over = false;
  #tellLost: () => void = () => undefined;

  /** `lastNumber` is that of the last delivery to whoever had it before. */
  constructor(lastNumber: number, deliver: (message: JsMsg) => void) {
    this.#lastNumber = lastNumber;
    this.#deliver = deliver;
    this.lost = new Promise((resolve) => (this.#tellLost = resolve));
  }

  /** They end by themselves when the consumer is found to be gone. */
  follow(messages: ConsumerMessages): void {
    this.#messages = messages;
    if (this.#over) void messages.close();
    else void messages.closed().then(() => this.lose());
  }

  take(message: JsMsg): void {
    if (this.#over) return;
    const { deliverySequence } = message.info;
    if (deliverySequence !== this.#lastNumber + 1) {
      // To whoever has the shard: should it not be this process, that one must not have to wait.
      message.nak();
      this.lose();
      return;
    }
    this.#lastNumber = deliverySequence;
    this.#deliver(message);
  }

  lose(): void {
    if (this.#over) return;
    void this.stop();
    this.#tellLost();
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#messages?.close();
  }
}
