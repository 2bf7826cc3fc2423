/**
 * The receiving half of the durable way: takes the handshakes of the shards that are owned here, hands each to its
 * actor, and acknowledges it when the actor says that it is dealt with. Not before: a crash in between delivers it
 * again, and the subscription tables absorb that.
 */
import type { HandshakeQueue, QueueConsumer, QueueDelivery } from '@rollcall/store';
import type { Logger } from 'pino';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Letter, Refusal } from '../actor/letter.ts';
import { decodeQueueBody, userOf, type QueueBody } from './handshake-message.ts';
import type { BareJid } from '@rollcall/xmpp';

export interface IntakeOptions {
  readonly queue: HandshakeQueue;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tell: (user: BareJid, letter: Letter) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #consumers = new Map<number, Promise<QueueConsumer>>();
  /** What is being dealt with, under the name that its actor acknowledges it by. */
  readonly #deliveries = new Map<string, QueueDelivery>();
  #lastName = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    options.metrics.gauge('handshakes_in_flight', () => this.#deliveries.size);
  }

  /** Rejects with `StoreError`. */
  async open(shard: number): Promise<void> {
    const { queue, limits } = this.#options;
    const consumer = queue.consume(
      shard,
      { maxInFlight: limits.handshakesInFlight, ackWaitMs: limits.handshakeAckWaitMs },
      (delivery) => this.#take(delivery),
    );
    this.#consumers.set(shard, consumer);
    try {
      await consumer;
    } catch (error) {
      // There is nothing to close.
      if (this.#consumers.get(shard) === consumer) this.#consumers.delete(shard);
      throw error;
    }
  }

  async close(shard: number): Promise<void> {
    const consumer = this.#consumers.get(shard);
    this.#consumers.delete(shard);
    await (await consumer)?.stop();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((shard) => this.close(shard)));
  }

  acknowledge(name: string): void {
    const delivery = this.#deliveries.get(name);
    this.#deliveries.delete(name);
    delivery?.ack().catch((error: unknown) => {
      // It comes again, and changes nothing then.
      this.#options.log.debug({ event: 'handshake_ack_failed', err: error });
    });
  }

  #take(delivery: QueueDelivery): void {
    const { metrics, log, tell } = this.#options;
    metrics.count('handshakes_arrived');
    const message = decodeQueueBody(delivery.message.body);
    const name = `${delivery.message.shard}/${++this.#lastName}`;
    this.#deliveries.set(name, delivery);
    if (message === undefined) {
      metrics.count('handshakes_poisoned');
      log.error({ event: 'handshake_unreadable', id: delivery.message.id });
      this.acknowledge(name);
      return;
    }
    const settled = (refusal?: Refusal) => this.#settled(name, message, refusal);
    tell(userOf(message), { input: inputOf(name, message), settled });
  }

  #settled(name: string, message: QueueBody, refusal: Refusal | undefined): void {
    if (refusal === undefined) {
      // A handshake is acknowledged by the core, when it is saved; this is not one.
      if (message.kind === 'accountRemoved') this.acknowledge(name);
      return;
    }
    const delivery = this.#deliveries.get(name);
    if (delivery === undefined) return;
    const { limits, metrics, log } = this.#options;
    if (refusal === 'actor-failed' && delivery.attempt >= limits.handshakeAttempts) {
      metrics.count('handshakes_poisoned');
      log.error({ event: 'handshake_set_aside', id: delivery.message.id, user: userOf(message) });
      this.acknowledge(name);
      return;
    }
    this.#deliveries.delete(name);
    delivery.retry();
  }
}

function inputOf(delivery: string, message: QueueBody): Letter['input'] {
  if (message.kind === 'accountRemoved') return { kind: 'accountRemoved' };
  return { kind: 'handshakeArrived', delivery, handshake: message.handshake };
}
