// One node of a cluster over NATS: engine, front-end or both.

import { hostname } from 'node:os';
import { createNode, type ClusterNode, type DomainHandler } from '@rollcall/cluster';
import { decoySecret, openNatsData, type Data } from '@rollcall/gateway';
import {
  joinNatsBus,
  openNatsCoordination,
  requirePermissions,
  type NatsLink,
  type NatsRole,
} from '@rollcall/nats';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import { prometheusMetrics } from '../metrics/prometheus-metrics.ts';
import { packageVersion } from '../version.ts';
import { composeComponents } from './components.ts';
import { connectCluster } from './nats-data.ts';
import { runServer, type Backing, type BackingParts } from './run-server.ts';
import { stopShares, type RunningServer } from './running-server.ts';

/** Rejects with an error that has a code and a sentence for people; nothing is left running then. */
export function startClusterNode(settings: Settings, log: Logger): Promise<RunningServer> {
  return runServer(settings, log, joinCluster);
}

async function joinCluster(parts: BackingParts): Promise<Backing> {
  const { settings, log, teardown } = parts;
  const link = await connectCluster(settings, log);
  teardown.add('NATS', () => link.connection.close());
  await requirePermissions(link, natsRoleIn(settings));
  const data = await openNatsData(link, settings.store);
  teardown.add('store', () => data.close());
  // Front-ends need it too, and may not be allowed to write.
  if (settings.role !== 'front-end') await decoySecret(data.records);
  const components = composeComponents(settings, (stanza) => node.route(stanza));
  const node: ClusterNode = await composeNode({
    ...parts,
    link,
    data,
    handlers: components.handlers,
  });
  if (node.gate.peers !== undefined) components.join(node.gate.peers);
  await node.start();
  teardown.add('node', (leftMs) => node.stop({ timeoutMs: leftMs * stopShares.engine }));
  return {
    gate: node.gate,
    get admin() {
      return node.admin;
    },
    components,
    data,
  };
}

function natsRoleIn({ role, nodeName, registration }: Settings): NatsRole {
  return {
    nodeName: nodeName ?? nameOfHost(),
    engine: role !== 'front-end',
    registration: registration && role !== 'engine',
  };
}

interface NodeParts extends Pick<BackingParts, 'settings' | 'log' | 'registry' | 'readiness'> {
  readonly link: NatsLink;
  readonly data: Data;
  readonly handlers: ReadonlyMap<string, DomainHandler>;
}

async function composeNode(parts: NodeParts): Promise<ClusterNode> {
  const { settings, log, link, data, registry, readiness, handlers } = parts;
  const { role, natsConnection } = settings;
  return createNode({
    name: settings.nodeName ?? nameOfHost(),
    roles: { engine: role !== 'front-end', frontEnd: role !== 'engine' },
    joinBus: (self) => joinNatsBus(link, self),
    coordination: await openNatsCoordination(link, { leaseTtlMs: natsConnection.leaseTtlMs }),
    records: data.records,
    accounts: data.accounts,
    queue: data.queue,
    domains: settings.domain,
    rules: settings.users,
    limits: settings.engine,
    version: packageVersion(),
    // An engine has no clients that could go elsewhere.
    drainChanged: (isWanted) => readiness.setDrained(isWanted && role !== 'engine'),
    metrics: prometheusMetrics(registry),
    handlers,
    log,
  });
}

/** A host's name may have dots, which a node's may not. */
function nameOfHost(): string {
  return hostname()
    .replace(/[^-_a-zA-Z0-9]/g, '-')
    .slice(0, 63);
}
