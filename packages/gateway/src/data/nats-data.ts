/** Records, accounts and the handshake queue of a cluster, in JetStream. */
import type { NatsLink } from '@rollcall/nats';
import { dataOver, type Data } from './data.ts';

/** Bounds of what is kept in JetStream. */
export interface NatsDataOptions {
  /** Subscription handshakes that may wait in one of the 256 shards. */
  readonly handshakesPerShard?: number;
}

/** The connection stays the caller's to close. Rejects with `StoreError`. */
export async function openNatsData(
  link: NatsLink,
  { handshakesPerShard }: NatsDataOptions = {},
): Promise<Data> {
  // Whoever has the engine in the same process need not load the NATS client.
  const { openJetStreamQueue, openNatsRecords } = await import('@rollcall/nats');
  const records = await openNatsRecords(link);
  const queue = await openJetStreamQueue(
    link,
    handshakesPerShard === undefined ? {} : { maxDepthPerShard: handshakesPerShard },
  );
  return dataOver(records, queue);
}
