// The durable queue of handshakes in one JetStream stream: a subject and a durable consumer per shard.

import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { ConsumerInfo, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { headers, nanos } from '@nats-io/nats-core';
import type { NatsConnection } from '@nats-io/nats-core';
import { assertMessage, assertShard, queueFullError } from '@rollcall/store';
import type {
  ConsumeOptions,
  HandshakeQueue,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
} from '@rollcall/store';
import type { NatsLink } from '../connection/connection.ts';
import { isMissing, isSubjectFull } from '../connection/nats-error.ts';
import { asStoreError } from '../connection/store-failure.ts';
import { ledStream } from '../stream/led-stream.ts';
import { attemptMs, persistently } from '../stream/persistently.ts';
import { JetStreamConsumer } from './jetstream-consumer.ts';
import { asDelivery, closedError, idHeader } from './jetstream-delivery.ts';
import type { DeliverySetting } from './jetstream-delivery.ts';

export interface JetStreamQueueOptions {
  /** Beyond this many messages a shard refuses more with `queue_full`. Default 10,000. */
  readonly maxDepthPerShard?: number;
  /** For how long an id is known to the server. Default 120,000. */
  readonly dedupWindowMs?: number;
  /** The wait after `retry()`. Default 250. */
  readonly retryDelayMs?: number;
}

/**
 * How long one pull asks the server to wait. Half of it is the heartbeat by which a consumer whose server is gone is
 * noticed, after two are missed: the client's default of 30 s would leave handshakes waiting for as long.
 */
const pullExpiresMs = 6_000;

/** Opens (or makes) the stream `<prefix>_handshakes`. Rejects with `StoreError`. */
export async function openJetStreamQueue(
  link: NatsLink,
  options: JetStreamQueueOptions = {},
): Promise<HandshakeQueue> {
  const { connection, options: nats } = link;
  const stream = `${nats.prefix}_handshakes`;
  const subject = `${nats.prefix}.v1.handshake`;
  const maxDepthPerShard = options.maxDepthPerShard ?? 10_000;
  try {
    await ledStream(link, {
      name: stream,
      retention: RetentionPolicy.Workqueue,
      subjects: [`${subject}.*`],
      num_replicas: nats.replicas,
      max_msgs_per_subject: maxDepthPerShard,
      discard: DiscardPolicy.New,
      discard_new_per_subject: true,
      duplicate_window: nanos(options.dedupWindowMs ?? 120_000),
    });
    const jsm = await jetstreamManager(connection, { timeout: nats.requestTimeoutMs });
    return new JetStreamQueue({
      connection,
      js: jetstream(connection, { timeout: nats.requestTimeoutMs }),
      jsm,
      hastyJsm: await jetstreamManager(connection, { timeout: attemptMs, checkAPI: false }),
      patienceMs: nats.requestTimeoutMs,
      stream,
      subject,
      maxDepthPerShard,
      retryDelayMs: options.retryDelayMs ?? 250,
    });
  } catch (error) {
    throw asStoreError(error, 'opening the handshake queue');
  }
}

interface Setting {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** For what is asked again when it is not answered soon. */
  readonly hastyJsm: JetStreamManager;
  readonly patienceMs: number;
  readonly stream: string;
  readonly subject: string;
  readonly maxDepthPerShard: number;
  readonly retryDelayMs: number;
}

class JetStreamQueue implements HandshakeQueue {
  readonly #setting: Setting;
  readonly #consumers = new Map<number, JetStreamConsumer>();
  #closed = false;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async publish(message: QueuedMessage): Promise<void> {
    assertMessage(message);
    this.#assertOpen();
    const { js, subject, maxDepthPerShard } = this.#setting;
    const marks = headers();
    marks.set(idHeader, encodeURIComponent(message.id));
    try {
      // The client writes later what it was given now.
      await js.publish(`${subject}.${message.shard}`, message.body.slice(), {
        msgID: encodeURIComponent(message.id),
        headers: marks,
      });
    } catch (error) {
      if (isSubjectFull(error)) throw queueFullError(message.shard, maxDepthPerShard);
      throw asStoreError(error, `publishing to shard ${message.shard}`);
    }
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    assertShard(shard);
    this.#assertOpen();
    this.#consumers.get(shard)?.lose();
    const { js } = this.#setting;
    try {
      const info = (await this.#idle(shard, options)) ?? (await this.#makeAnew(shard, options));
      const setting = this.#deliverySetting(shard);
      const running = new JetStreamConsumer(info.delivered.consumer_seq, (message) =>
        onDelivery(asDelivery(message, setting)),
      );
      this.#consumers.set(shard, running);
      const messages = await js.consumers.getConsumerFromInfo(info).consume({
        max_messages: options.maxInFlight,
        expires: pullExpiresMs,
        abort_on_missing_resource: true,
        callback: (message) => running.take(message),
      });
      running.follow(messages);
      return running;
    } catch (error) {
      throw asStoreError(error, `taking the handshakes of shard ${shard}`);
    }
  }

  #deliverySetting(shard: number): DeliverySetting {
    const { connection, patienceMs: timeout, retryDelayMs } = this.#setting;
    return {
      shard,
      retryDelayMs,
      isOpen: () => !this.#closed,
      ask: (subject, body) => connection.request(subject, body, { timeout }),
    };
  }

  /**
   * The shard's durable consumer as its former owner has left it, if that one has nothing in hand and waits for nothing
   * more. With replicas each is a Raft group, and to make one takes the servers longer than all else here.
   */
  async #idle(shard: number, options: ConsumeOptions): Promise<ConsumerInfo | undefined> {
    const { hastyJsm, patienceMs, stream } = this.#setting;
    const wanted = this.#configOf(shard, options);
    const info = await persistently(patienceMs, () =>
      unlessMissing(hastyJsm.consumers.info(stream, wanted.durable_name)),
    );
    if (info === undefined || info.num_ack_pending > 0 || info.num_waiting > 0) return undefined;
    const { ack_wait: ackWait, max_ack_pending: maxInFlight } = info.config;
    return ackWait === wanted.ack_wait && maxInFlight === wanted.max_ack_pending ? info : undefined;
  }

  /**
   * Which is how JetStream hands the unacknowledged of a former owner to the next at once; the former one's pull ends by
   * it. The servers elect a leader for each; where many are made at once, some elections fail and some answers are lost.
   */
  async #makeAnew(shard: number, options: ConsumeOptions): Promise<ConsumerInfo> {
    const { hastyJsm, patienceMs, stream } = this.#setting;
    const config = this.#configOf(shard, options);
    await persistently(patienceMs, () =>
      unlessMissing(hastyJsm.consumers.delete(stream, config.durable_name)),
    );
    return persistently(patienceMs, () => hastyJsm.consumers.add(stream, config));
  }

  #configOf(shard: number, { ackWaitMs, maxInFlight }: ConsumeOptions) {
    return {
      durable_name: `shard-${shard}`,
      filter_subject: `${this.#setting.subject}.${shard}`,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: maxInFlight,
    };
  }

  async depth(shard?: number): Promise<number> {
    this.#assertOpen();
    const { jsm, stream, subject } = this.#setting;
    try {
      const filter = shard === undefined ? `${subject}.*` : `${subject}.${shard}`;
      const { state } = await jsm.streams.info(stream, { subjects_filter: filter });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    } catch (error) {
      throw asStoreError(error, 'counting handshakes');
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.stop()));
    this.#consumers.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
