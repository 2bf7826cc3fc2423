// Leases and facts in two JetStream KV buckets; that of the leases forgets what is not renewed.

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { Coordination } from '@rollcall/cluster';
import type { NatsLink } from '../connection/connection.ts';
import { isMissing } from '../connection/nats-error.ts';
import { ledBucket } from '../stream/led-stream.ts';
import { NatsBucket } from './bucket.ts';
import { asCoordinationError } from './coordination-failure.ts';

export interface NatsCoordinationOptions {
  /** How long a lease lives without being renewed; fixed when the cluster is first started. */
  readonly leaseTtlMs: number;
}

/** Opens (or makes) the buckets `<prefix>_leases` and `<prefix>_facts`. Rejects with `CoordinationError`. */
export async function openNatsCoordination(
  link: NatsLink,
  { leaseTtlMs }: NatsCoordinationOptions,
): Promise<Coordination> {
  try {
    // Per-key TTLs cannot be renewed (NATS 2.11), a bucket's can, and the oldest servers have it.
    await ledBucket(link, 'leases', leaseTtlMs);
    await ledBucket(link, 'facts');
    return await openBuckets(link);
  } catch (error) {
    throw asCoordinationError(error, 'opening the buckets');
  }
}

/** Opens the buckets if there are any: undefined where no cluster was ever started. Rejects with `CoordinationError`. */
export async function findNatsCoordination(link: NatsLink): Promise<Coordination | undefined> {
  try {
    return await openBuckets(link);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asCoordinationError(error, 'opening the buckets');
  }
}

async function openBuckets({ connection, options }: NatsLink): Promise<Coordination> {
  const patient = new Kvm(jetstream(connection, { timeout: options.requestTimeoutMs }));
  const { ttl: ttlMs } = await (await patient.open(`${options.prefix}_leases`)).status();
  // What a stream without a leader was asked is lost. To wait for the answer longer than this loses the lease as well.
  const timeout = Math.min(options.requestTimeoutMs, ttlMs / 3);
  const kvm = new Kvm(jetstream(connection, { timeout }));
  const jsm = await jetstreamManager(connection, { timeout, checkAPI: false });
  const bucket = async (word: string) => {
    const name = `${options.prefix}_${word}`;
    const [kv, watched] = [await kvm.open(name), await patient.open(name)];
    return new NatsBucket({ kv, watched, name, jsm, connection });
  };
  return {
    leases: Object.assign(await bucket('leases'), { ttlMs }),
    facts: await bucket('facts'),
  };
}
