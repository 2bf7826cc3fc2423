// Leases and facts in two JetStream KV buckets; that of the leases forgets what is not renewed.

import { jetstream } from '@nats-io/jetstream';
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
    const leases = await ledBucket(link, 'leases', leaseTtlMs);
    const facts = await ledBucket(link, 'facts');
    const { ttl } = await leases.status();
    return {
      leases: Object.assign(new NatsBucket(leases, link.connection), { ttlMs: ttl }),
      facts: new NatsBucket(facts, link.connection),
    };
  } catch (error) {
    throw asCoordinationError(error, 'opening the buckets');
  }
}

/** Opens the buckets if there are any: undefined where no cluster was ever started. Rejects with `CoordinationError`. */
export async function findNatsCoordination(link: NatsLink): Promise<Coordination | undefined> {
  const { connection, options } = link;
  const timeout = options.requestTimeoutMs;
  try {
    const kvm = new Kvm(jetstream(connection, { timeout }));
    const leases = await kvm.open(`${options.prefix}_leases`);
    const facts = await kvm.open(`${options.prefix}_facts`);
    const { ttl } = await leases.status();
    return {
      leases: Object.assign(new NatsBucket(leases, connection), { ttlMs: ttl }),
      facts: new NatsBucket(facts, connection),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asCoordinationError(error, 'opening the buckets');
  }
}
