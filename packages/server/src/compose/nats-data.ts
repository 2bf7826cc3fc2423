// The durable data of a cluster, and the way to its NATS.

import {
  connectNats,
  openJetStreamQueue,
  openNatsRecords,
  requireJetStream,
  type NatsLink,
} from '@rollcall/nats';
import { accountsOver } from '@rollcall/store';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import type { Data } from './data.ts';

type Connecting = Pick<Settings, 'nats' | 'natsConnection' | 'nodeName'>;

/** Rejects with `NatsError`. */
export async function connectCluster(settings: Connecting, log: Logger): Promise<NatsLink> {
  const { nats, natsConnection, nodeName } = settings;
  const { prefix, replicas, credentialsFile, user, password, token } = natsConnection;
  const { caFile, certFile, keyFile } = natsConnection;
  const hasTls = caFile !== undefined || certFile !== undefined || keyFile !== undefined;
  const link = await connectNats(
    {
      urls: [...(nats ?? [])],
      connectionName: nodeName === undefined ? 'rollcall' : `rollcall ${nodeName}`,
      prefix,
      replicas,
      credentialsFile,
      user,
      password,
      token,
      tls: hasTls ? { caFile, certFile, keyFile } : undefined,
    },
    log,
  );
  try {
    await requireJetStream(link);
    return link;
  } catch (error) {
    await link.connection.close();
    throw error;
  }
}

/** Rejects with `StoreError` or `NatsError`. */
export async function openNatsData(settings: Settings, log: Logger): Promise<Data> {
  const link = await connectCluster(settings, log);
  try {
    const data = await openDataOver(link, settings);
    return {
      ...data,
      async close() {
        await data.close();
        await link.connection.close();
      },
    };
  } catch (error) {
    await link.connection.close();
    throw error;
  }
}

/** The connection stays the caller's to close. Rejects with `StoreError`. */
export async function openDataOver(link: NatsLink, { store }: Settings): Promise<Data> {
  const records = await openNatsRecords(link);
  const queue = await openJetStreamQueue(link, { maxDepthPerShard: store.handshakesPerShard });
  return {
    records,
    accounts: accountsOver(records),
    queue,
    async close() {
      await queue.close();
      await records.close();
    },
  };
}
