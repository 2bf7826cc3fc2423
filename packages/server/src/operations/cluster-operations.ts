// What an operator sees of a cluster and asks of it, over its NATS. No node is asked: what they say of themselves is there.

import {
  cancelDrain,
  clusterStatus,
  requestDrain,
  type ClusterStatus,
  type DrainOutcome,
} from '@rollcall/cluster';
import { findNatsCoordination, openJetStreamQueue } from '@rollcall/nats';
import type { Logger } from 'pino';
import { connectCluster } from '../compose/nats-data.ts';
import type { Settings } from '../configuration/settings.ts';

export interface ClusterOperations {
  status(): Promise<ClusterStatus>;
  /** Handshakes in the durable queue. */
  handshakesWaiting(): Promise<number>;
  requestDrain(nodeName: string): Promise<DrainOutcome>;
  /** False if none was asked for. */
  cancelDrain(nodeName: string): Promise<boolean>;
  close(): Promise<void>;
}

class NoClusterError extends Error {
  readonly code = 'no_cluster';
}

/** Rejects with `NatsError`, `CoordinationError`, or `no_cluster` where none was ever started. */
export async function openClusterOperations(
  settings: Settings,
  log: Logger,
): Promise<ClusterOperations> {
  const link = await connectCluster(settings, log);
  try {
    const coordination = await findNatsCoordination(link);
    if (coordination === undefined) throw noCluster(settings);
    const queue = await openJetStreamQueue(link);
    return {
      status: () => clusterStatus(coordination),
      handshakesWaiting: () => queue.depth(),
      requestDrain: (nodeName) => requestDrain(coordination, nodeName),
      cancelDrain: (nodeName) => cancelDrain(coordination, nodeName),
      async close() {
        await queue.close();
        await link.connection.close();
      },
    };
  } catch (error) {
    await link.connection.close();
    throw error;
  }
}

function noCluster({ natsConnection: { prefix } }: Settings): NoClusterError {
  return new NoClusterError(
    `NATS has no cluster named ${prefix}; start a node with rollcall start --role engine --nats …, ` +
      'or set natsConnection.prefix to the name that the nodes have.',
  );
}
