// The durable data of a cluster, and the way to its NATS.

import { clusterStatus } from '@rollcall/cluster';
import { openNatsData } from '@rollcall/gateway';
import { connectNats, findNatsCoordination, requireJetStream, type NatsLink } from '@rollcall/nats';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import type { OpenedData } from './opened-data.ts';

type Connecting = Pick<Settings, 'nats' | 'natsConnection' | 'nodeName'>;

/** Rejects with `NatsError`. */
export async function connectCluster(settings: Connecting, log: Logger): Promise<NatsLink> {
  const { nats, natsConnection, nodeName } = settings;
  const { prefix, replicas, credentialsFile, user, password, token, inboxPrefix } = natsConnection;
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
      inboxPrefix,
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
export async function openClusterData(settings: Settings, log: Logger): Promise<OpenedData> {
  const link = await connectCluster(settings, log);
  try {
    const data = await openNatsData(link, settings.store);
    const coordination = await findNatsCoordination(link);
    const nodes = coordination === undefined ? [] : (await clusterStatus(coordination)).nodes;
    return {
      ...data,
      ownedElsewhere: nodes.some(({ engine }) => engine),
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
