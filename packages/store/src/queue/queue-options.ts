/**
 * What the adapters of the handshake queue have in common: their bounds, and what they accept.
 */
import { StoreError } from '../store-error.ts';
import type { Timers } from '../timers.ts';
import type { QueuedMessage } from './handshake-queue.ts';

export interface HandshakeQueueOptions {
  readonly timers: Timers;
  /** Beyond this many messages a shard refuses more with `queue_full`. Default 10,000. */
  readonly maxDepthPerShard?: number;
  /** For at least this long after its publishing an id is known, for at most twice as long. Default 120,000. */
  readonly dedupWindowMs?: number;
  /** The wait after the first `retry()` of a message; it doubles each time, up to `ackWaitMs`. Default 250. */
  readonly retryDelayMs?: number;
}

export const defaultMaxDepthPerShard = 10_000;
export const defaultDedupWindowMs = 120_000;

const maxShard = 0xffff;
const maxIdBytes = 4_000;

export function assertShard(shard: number): void {
  if (!Number.isInteger(shard) || shard < 0 || shard > maxShard)
    throw new TypeError(`a shard is a whole number from 0 to ${maxShard}, not ${shard}`);
}

export function assertMessage(message: QueuedMessage): void {
  assertShard(message.shard);
  if (!/^\P{Cc}+$/u.test(message.id) || Buffer.byteLength(message.id) > maxIdBytes)
    throw new TypeError(`a message id is text of 1 to ${maxIdBytes} bytes, no control characters`);
}

export function queueFullError(shard: number, maxDepthPerShard: number): StoreError {
  return new StoreError(
    'queue_full',
    `The handshake queue of shard ${shard} holds ${maxDepthPerShard} messages, as many as it may; ` +
      'they are accepted again once the owner of the shard has taken some.',
  );
}
