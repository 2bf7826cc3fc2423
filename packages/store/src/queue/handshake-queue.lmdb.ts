/**
 * The handshake queue in LMDB, beside the records: a save and a publish of the same moment share a commit.
 *
 * `handshakes` holds the messages under [shard, sequence]; `handshake-ids` what was published lately under
 * [period, id]. Depths are counters, so that no look at the queue costs more for its being long.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'lmdb';
import type { LmdbEnvironment } from '../lmdb/lmdb-environment.ts';
import type { LmdbTransaction } from '../lmdb/lmdb-transaction.ts';
import { StoreError } from '../store-error.ts';
import type {
  ConsumeOptions,
  HandshakeQueue,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
} from './handshake-queue.ts';
import {
  assertMessage,
  assertShard,
  defaultDedupWindowMs,
  defaultMaxDepthPerShard,
  queueFullError,
  type HandshakeQueueOptions,
} from './queue-options.ts';
import { periodOf } from './recent-ids.ts';
import type { LoggedMessage } from './shard-consumer.ts';
import { ShardConsumers } from './shard-consumers.ts';

export interface LmdbHandshakeQueueOptions extends HandshakeQueueOptions {
  /** How often to look for messages that other processes have published. Default 1,000. */
  readonly pollIntervalMs?: number;
}

type Messages = Database<Uint8Array, [shard: number, sequence: number]>;
type Ids = Database<Uint8Array, [period: number, id: string] | [period: number]>;

const sequenceCounter = 'handshakes/sequence';
const depthCounter = 'handshakes/depth';
const depthCounterOf = (shard: number) => `${depthCounter}/${shard}`;

const defaultPollIntervalMs = 1_000;
const longestPlainIdBytes = 200;
/** More than one per publish, so that the ids of the past dwindle whatever the rate. */
const idsForgottenPerPublish = 2;

export class LmdbHandshakeQueue implements HandshakeQueue {
  readonly #environment: LmdbEnvironment;
  readonly #options: Required<Omit<LmdbHandshakeQueueOptions, 'retryDelayMs'>>;
  readonly #messages: Messages;
  readonly #ids: Ids;
  readonly #consumers: ShardConsumers;
  #polledSequence = 0;
  #cancelPoll: (() => void) | undefined;
  /** Ids of earlier periods than this one are all gone. */
  #forgottenBefore = 0;
  #closed = false;

  /** The environment is the caller's to close, after the queue. */
  constructor(environment: LmdbEnvironment, options: LmdbHandshakeQueueOptions) {
    this.#environment = environment;
    this.#options = {
      timers: options.timers,
      maxDepthPerShard: options.maxDepthPerShard ?? defaultMaxDepthPerShard,
      dedupWindowMs: options.dedupWindowMs ?? defaultDedupWindowMs,
      pollIntervalMs: options.pollIntervalMs ?? defaultPollIntervalMs,
    };
    this.#messages = environment.table('handshakes');
    this.#ids = environment.table('handshake-ids');
    this.#consumers = new ShardConsumers(options);
  }

  async publish(message: QueuedMessage): Promise<void> {
    assertMessage(message);
    this.#assertOpen();
    const id = idKey(message.id);
    const entry = encode(message);
    await this.#environment.write((transaction) =>
      this.#append(transaction, message.shard, id, entry),
    );
    this.#consumers.pumpSoon(message.shard);
  }

  async consume(
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: QueueDelivery) => void,
  ): Promise<QueueConsumer> {
    assertShard(shard);
    await Promise.resolve();
    this.#assertOpen();
    const log = {
      readAfter: (sequence: number, limit: number) => this.#readAfter(shard, sequence, limit),
      remove: (sequence: number) => this.#remove(shard, sequence),
    };
    if (this.#cancelPoll === undefined) this.#pollLater();
    return this.#consumers.start(shard, log, options, onDelivery);
  }

  async depth(shard?: number): Promise<number> {
    await Promise.resolve();
    this.#assertOpen();
    return this.#environment.counter(shard === undefined ? depthCounter : depthCounterOf(shard));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll?.();
    await this.#consumers.stopAll();
  }

  #append(transaction: LmdbTransaction, shard: number, id: string, entry: Buffer): void {
    const { timers, dedupWindowMs, maxDepthPerShard } = this.#options;
    const period = periodOf(timers.now(), dedupWindowMs);
    if (this.#ids.doesExist([period, id]) || this.#ids.doesExist([period - 1, id])) return;
    if (transaction.read(depthCounterOf(shard)) >= maxDepthPerShard)
      throw queueFullError(shard, maxDepthPerShard);
    this.#ids.putSync([period, id], Uint8Array.of(1));
    this.#forgetIdsBefore(period - 1);
    const sequence = transaction.add(sequenceCounter, 1);
    this.#messages.putSync([shard, sequence], entry);
    transaction.add(depthCounterOf(shard), 1);
    transaction.add(depthCounter, 1);
  }

  #forgetIdsBefore(period: number): void {
    if (this.#forgottenBefore === period) return;
    const keys = [...this.#ids.getKeys({ end: [period], limit: idsForgottenPerPublish })];
    for (const key of keys) this.#ids.removeSync(key);
    if (keys.length < idsForgottenPerPublish) this.#forgottenBefore = period;
  }

  async #remove(shard: number, sequence: number): Promise<void> {
    this.#assertOpen();
    await this.#environment.write((transaction) => {
      if (!this.#messages.removeSync([shard, sequence])) return;
      transaction.add(depthCounterOf(shard), -1);
      transaction.add(depthCounter, -1);
    });
    this.#consumers.forget(shard, sequence);
  }

  #readAfter(shard: number, sequence: number, limit: number): readonly LoggedMessage[] {
    const range = { start: [shard, sequence + 1], end: [shard + 1], limit };
    return this.#look([], () =>
      Array.from(this.#messages.getRange(range), ({ key, value }) => ({
        sequence: key[1],
        message: decode(shard, value),
      })),
    );
  }

  #poll(): void {
    const sequence = this.#look(this.#polledSequence, () =>
      this.#environment.counter(sequenceCounter),
    );
    const grown = sequence !== this.#polledSequence;
    this.#polledSequence = sequence;
    if (grown) this.#consumers.pumpAll();
    this.#pollLater();
  }

  #pollLater(): void {
    const { timers, pollIntervalMs } = this.#options;
    this.#cancelPoll = timers.setTimeout(() => this.#poll(), pollIntervalMs);
  }

  /** A look that fails is made again with the next poll: saves and publishes report what ails the database. */
  #look<T>(otherwise: T, look: () => T): T {
    try {
      return this.#environment.read(look);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#polledSequence = 0;
      return otherwise;
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('store_closed', 'The handshake queue was closed.');
  }
}

/** LMDB's keys are bounded, ids are longer. */
function idKey(id: string): string {
  if (Buffer.byteLength(id) <= longestPlainIdBytes) return id;
  return createHash('sha256').update(id).digest('base64url');
}

/** The id's length in two bytes, the id, the body. */
function encode(message: QueuedMessage): Buffer {
  const idBytes = Buffer.byteLength(message.id);
  const entry = Buffer.allocUnsafe(2 + idBytes + message.body.length);
  entry.writeUInt16BE(idBytes);
  entry.write(message.id, 2);
  entry.set(message.body, 2 + idBytes);
  return entry;
}

/** Makes something of damaged bytes too: who consumes a shard sorts them out, instead of being stopped by them. */
function decode(shard: number, entry: Uint8Array): QueuedMessage {
  const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  const idBytes = bytes.length < 2 ? 0 : bytes.readUInt16BE();
  const bodyStart = Math.min(2 + idBytes, bytes.length);
  return {
    id: bytes.toString('utf8', 2, bodyStart),
    shard,
    body: new Uint8Array(bytes.buffer, bytes.byteOffset + bodyStart, bytes.length - bodyStart),
  };
}
