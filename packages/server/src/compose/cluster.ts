// One node of a cluster over NATS: engine, front-end or both, started and stopped in order.

import { hostname } from 'node:os';
import { createNode, type ClusterNode } from '@rollcall/cluster';
import { openNatsData, type Data } from '@rollcall/gateway';
import { joinNatsBus, openNatsCoordination, type NatsLink } from '@rollcall/nats';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import { startAdminHttp } from '../http/admin-http.ts';
import { Readiness } from '../http/readiness.ts';
import { registerFrontEnd } from '../metrics/front-end-metrics.ts';
import { prometheusMetrics } from '../metrics/prometheus-metrics.ts';
import { packageVersion } from '../version.ts';
import { composeFrontEnd } from './front-end.ts';
import { connectCluster } from './nats-data.ts';
import { stopTimeouts, type RunningServer } from './running-server.ts';
import { Teardown } from './teardown.ts';

/** Rejects with an error that has a code and a sentence for people; nothing is left running then. */
export async function startClusterNode(settings: Settings, log: Logger): Promise<RunningServer> {
  const teardown = new Teardown();
  try {
    return await start(settings, log, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(settings: Settings, log: Logger, teardown: Teardown): Promise<RunningServer> {
  const readiness = new Readiness();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { listenAdmin } = settings;
  const adminHttp = await startAdminHttp({ endpoint: listenAdmin, readiness, registry });
  teardown.add(() => adminHttp.close());

  const link = await connectCluster(settings, log);
  teardown.add(() => link.connection.close());
  const data = await openNatsData(link, settings.store);
  teardown.add(() => data.close());
  const node = await composeNode({ settings, log, link, data, registry });
  await node.start();
  teardown.add(() => node.stop({ timeoutMs: stopTimeouts.engineMs }));

  const xmpp = await startFrontEnd({ settings, log, node, data, registry, teardown });
  readiness.set({ ready: true });
  teardown.add(() => {
    readiness.set({ ready: false, reason: 'stopping' });
    return Promise.resolve();
  });
  return {
    ...(xmpp === undefined ? {} : { xmpp }),
    admin: adminHttp.endpoint,
    stop: () => teardown.run(),
  };
}

interface NodeParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly link: NatsLink;
  readonly data: Data;
  readonly registry: Registry;
}

async function composeNode(parts: NodeParts): Promise<ClusterNode> {
  const { settings, log, link, data, registry } = parts;
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
    metrics: prometheusMetrics(registry),
    log,
  });
}

interface Fronting extends Omit<NodeParts, 'link'> {
  readonly node: ClusterNode;
  readonly teardown: Teardown;
}

async function startFrontEnd(parts: Fronting): Promise<RunningServer['xmpp']> {
  const { settings, log, node, data, registry, teardown } = parts;
  if (settings.role === 'engine') return undefined;
  const { gate, admin } = node;
  const frontEnd = await composeFrontEnd({ settings, log, data, gate, admin });
  registerFrontEnd(registry, () => frontEnd.stats());
  teardown.add(() => frontEnd.stop(stopTimeouts.streamsMs));
  teardown.add(() => gate.close(stopTimeouts.sessionsMs));
  const { proxyProtocol, listenXmpp } = settings;
  const { address } = await frontEnd.listenTcp({ ...listenXmpp, proxyProtocol });
  return address;
}

/** A host's name may have dots, which a node's may not. */
function nameOfHost(): string {
  return hostname()
    .replace(/[^-_a-zA-Z0-9]/g, '-')
    .slice(0, 63);
}
