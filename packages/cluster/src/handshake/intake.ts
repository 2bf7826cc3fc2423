/**
 * The receiving half of the durable way: takes the handshakes of the shards that are owned here, hands each to its
 * actor, and acknowledges it when the actor says that it is dealt with. Not before: a crash in between delivers it
 * again, and the subscription tables absorb that.
 */
import type { HandshakeQueue, QueueConsumer, QueueDelivery, Timers } from '@rollcall/store';
import type { Logger } from 'pino';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Letter, Refusal } from '../actor/letter.ts';
import { decodeQueueBody, userOf, type QueueBody } from './handshake-message.ts';
import { PairOrder } from './pair-order.ts';
import type { BareJid } from '@rollcall/xmpp';

export interface IntakeOptions {
  readonly queue: HandshakeQueue;
  readonly timers: Pick<Timers, 'now'>;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tell: (user: BareJid, letter: Letter) => void;
}

interface Taken {
  readonly delivery: QueueDelivery;
  /** Of the consumer that was given it. The next one is given all that this one has not acknowledged, in order. */
  readonly order: PairOrder;
  /** Undefined where it could not be read. */
  readonly message: QueueBody | undefined;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #consumers = new Map<number, Promise<QueueConsumer>>();
  /** What is being dealt with, under the name that its actor acknowledges it by. */
  readonly #deliveries = new Map<string, Taken>();
  #lastName = 0;
  #ended = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    options.metrics.gauge('handshakes_in_flight', () => this.#deliveries.size);
  }

  /** `lost` is called if the shard's consumer ends by itself. Rejects with `StoreError`. */
  async open(shard: number, lost?: () => void): Promise<void> {
    const { queue, limits, timers } = this.#options;
    const { handshakesInFlight: maxInFlight, handshakeAckWaitMs: ackWaitMs } = limits;
    const order = new PairOrder(limits, () => timers.now());
    const consumer = queue.consume(shard, { maxInFlight, ackWaitMs }, (delivery) =>
      this.#take(delivery, order),
    );
    this.#consumers.set(shard, consumer);
    try {
      const opened = await consumer;
      void opened.lost.then(() => {
        if (this.#consumers.get(shard) !== consumer) return;
        this.#consumers.delete(shard);
        lost?.();
      });
    } catch (error) {
      // There is nothing to close.
      if (this.#consumers.get(shard) === consumer) this.#consumers.delete(shard);
      throw error;
    }
  }

  async close(shard: number): Promise<void> {
    const consumer = this.#consumers.get(shard);
    this.#consumers.delete(shard);
    // One that could not be opened has told whoever opened it.
    const opened = await consumer?.catch(() => undefined);
    await opened?.stop();
  }

  /**
   * Hands back what is in hand, so that the next owner need not wait until the queue takes it for lost. Whoever leaves
   * does so also when the queue is away: its consumers end with its connection.
   */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { delivery } of this.#deliveries.values()) this.#handBack(delivery);
    this.#deliveries.clear();
    const closing = [...this.#consumers.keys()].map((shard) => this.close(shard));
    for (const outcome of await Promise.allSettled(closing))
      if (outcome.status === 'rejected')
        this.#options.log.debug({ event: 'intake_close_failed', err: outcome.reason });
  }

  #handBack(delivery: QueueDelivery): void {
    try {
      delivery.retry();
    } catch (error) {
      this.#options.log.debug({ event: 'handshake_not_handed_back', err: error });
    }
  }

  acknowledge(name: string): void {
    const taken = this.#deliveries.get(name);
    this.#deliveries.delete(name);
    if (taken === undefined) return;
    this.#acknowledge(taken).catch((error: unknown) => {
      // It comes again, and changes nothing then.
      this.#options.log.debug({ event: 'handshake_ack_failed', err: error });
    });
  }

  #acknowledge({ delivery, message, order }: Taken): Promise<void> {
    if (message?.kind !== 'handshake') return delivery.ack();
    order.done(message.handshake);
    return order.acknowledge(message.handshake, () => delivery.ack());
  }

  #take(delivery: QueueDelivery, order: PairOrder): void {
    if (this.#ended) {
      this.#handBack(delivery);
      return;
    }
    const { metrics, log, tell } = this.#options;
    metrics.count('handshakes_arrived');
    const message = decodeQueueBody(delivery.message.body);
    const name = `${delivery.message.shard}/${++this.#lastName}`;
    const taken = { delivery, message, order };
    if (this.#isEarly(taken)) {
      delivery.retry();
      return;
    }
    this.#deliveries.set(name, taken);
    if (message === undefined) {
      metrics.count('handshakes_poisoned');
      log.error({ event: 'handshake_unreadable', id: delivery.message.id });
      this.acknowledge(name);
      return;
    }
    const settled = (refusal?: Refusal) => this.#settled(name, message, refusal);
    tell(userOf(message), { input: inputOf(name, message), settled });
  }

  /** Whether it has to wait for one that was refused. */
  #isEarly({ message, order }: Taken): boolean {
    return message?.kind === 'handshake' && !order.isNext(message.handshake);
  }

  #settled(name: string, message: QueueBody, refusal: Refusal | undefined): void {
    if (refusal === undefined) {
      // A handshake is acknowledged by the core, when it is saved; this is not one.
      if (message.kind !== 'handshake') this.acknowledge(name);
      return;
    }
    const taken = this.#deliveries.get(name);
    if (taken === undefined) return;
    const { delivery, order } = taken;
    const { limits, metrics, log } = this.#options;
    if (refusal === 'actor-failed' && delivery.attempt >= limits.handshakeAttempts) {
      metrics.count('handshakes_poisoned');
      log.error({ event: 'handshake_set_aside', id: delivery.message.id, user: userOf(message) });
      this.acknowledge(name);
      return;
    }
    this.#deliveries.delete(name);
    if (message.kind === 'handshake') order.refused(message.handshake);
    delivery.retry();
  }
}

function inputOf(delivery: string, message: QueueBody): Letter['input'] {
  if (message.kind === 'accountRemoved') return { kind: 'accountRemoved' };
  if (message.kind === 'order') return message.order;
  return { kind: 'handshakeArrived', delivery, handshake: message.handshake };
}
