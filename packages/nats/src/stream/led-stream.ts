// Streams and buckets as a node needs them at its start: there, and with a leader that answers.

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { StreamConfig } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import type { NatsLink } from '../connection/connection.ts';
import { NatsError, isMissing } from '../connection/nats-error.ts';
import { NobodyLeads, attemptMs, isUnanswered, persistently } from './persistently.ts';

/** Servers that were all started together hold their elections first, which takes longer than any answer. */
const patienceInRequests = 6;

/** Opens the bucket `<prefix>_<name>`, or makes it. Rejects with `NatsError`, or as the client does. */
export async function ledBucket(link: NatsLink, name: string, ttlMs?: number): Promise<KV> {
  const { connection, options } = link;
  const bucket = `${options.prefix}_${name}`;
  const config = {
    history: 1,
    replicas: options.replicas,
    // Followers may answer direct gets with what was; what is read here has to be true.
    allow_direct: false,
    ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
  };
  const stream = `KV_${bucket}`;
  const hasty = new Kvm(jetstream(connection, { timeout: attemptMs }));
  await untilAnswered(link, stream, () => hasty.create(bucket, config));
  await untilLed(link, stream);
  const kvm = new Kvm(jetstream(connection, { timeout: options.requestTimeoutMs }));
  return kvm.create(bucket, config);
}

/** Makes the stream unless it is there. Rejects with `NatsError`, or as the client does. */
export async function ledStream(
  link: NatsLink,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<void> {
  const { name } = config;
  const { streams } = await hastyManager(link);
  await untilAnswered(link, name, async () => {
    const known = await streams.info(name).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (known === undefined) await streams.add(config);
  });
  await untilLed(link, name);
}

/** The servers know a stream before one of them leads it, and forget what is asked of it until then. */
async function untilLed(link: NatsLink, stream: string): Promise<void> {
  const { streams } = await hastyManager(link);
  await untilAnswered(link, stream, async () => {
    const { cluster } = await streams.info(stream);
    if (cluster !== undefined && !cluster.leader) throw new NobodyLeads();
  });
}

async function untilAnswered<T>(
  { options }: NatsLink,
  stream: string,
  ask: () => Promise<T>,
): Promise<T> {
  const patienceMs = patienceInRequests * options.requestTimeoutMs;
  try {
    return await persistently(patienceMs, ask);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    const message =
      `No NATS server has led the stream ${stream} for ${patienceMs / 1_000} s: most of those that keep ` +
      'it must run and reach each other. "nats stream report" shows which do.';
    throw new NatsError('nats_no_leader', message, { cause: error });
  }
}

function hastyManager({ connection }: NatsLink) {
  return jetstreamManager(connection, { timeout: attemptMs, checkAPI: false });
}
