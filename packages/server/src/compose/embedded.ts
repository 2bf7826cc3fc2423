// The embedded default: store and engine in this process, and a control socket for the other commands.

import type { Logger } from 'pino';
import { startControlServer } from '../administration/control-server.ts';
import { localAdministration } from '../administration/local-administration.ts';
import type { Settings } from '../configuration/settings.ts';
import { prometheusMetrics } from '../metrics/prometheus-metrics.ts';
import { packageVersion } from '../version.ts';
import { composeComponents } from './components.ts';
import { composeEngine, type ComposedEngine } from './engine.ts';
import { runServer, type Backing, type BackingParts } from './run-server.ts';
import { stopShares, type RunningServer } from './running-server.ts';

/** Rejects with an error that has a code and a sentence for people; nothing is left running then. */
export function startEmbedded(settings: Settings, log: Logger): Promise<RunningServer> {
  return runServer(settings, log, openEngine);
}

async function openEngine(parts: BackingParts): Promise<Backing> {
  const { settings, log, registry, readiness, teardown } = parts;
  const startedAt = new Date().toISOString();
  const { domain, data: directory } = settings;
  const components = composeComponents(settings, (stanza) => engine.route(stanza));
  const { handlers } = components;
  const metrics = prometheusMetrics(registry);
  const engine: ComposedEngine = await composeEngine({ settings, log, metrics, handlers });
  teardown.add('store', () => engine.data.close());
  const administration = localAdministration(engine.admin, domain);
  const status = async () => ({
    ready: readiness.phase.ready,
    version: packageVersion(),
    startedAt,
    sessions: engine.gate.size,
    ...(await engine.admin.stats()),
  });
  const control = await startControlServer({ directory, administration, status, log });
  teardown.add('control socket', () => control.close());
  await engine.start();
  teardown.add('engine', (leftMs) => engine.stop({ timeoutMs: leftMs * stopShares.engine }));
  return { ...engine, components };
}
