// The embedded default: store, engine, front-end and admin listeners in one process, started and stopped in order.

import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { startControlServer } from '../administration/control-server.ts';
import { localAdministration } from '../administration/local-administration.ts';
import type { Settings } from '../configuration/settings.ts';
import { startAdminHttp } from '../http/admin-http.ts';
import { Readiness } from '../http/readiness.ts';
import { registerFrontEnd } from '../metrics/front-end-metrics.ts';
import { prometheusMetrics } from '../metrics/prometheus-metrics.ts';
import { composeEngine } from './engine.ts';
import { composeFrontEnd } from './front-end.ts';
import { stopTimeouts, type RunningServer } from './running-server.ts';
import { Teardown } from './teardown.ts';

/** Rejects with an error that has a code and a sentence for people; nothing is left running then. */
export async function startEmbedded(settings: Settings, log: Logger): Promise<RunningServer> {
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
  const { listenAdmin, domain, data: directory } = settings;
  const adminHttp = await startAdminHttp({ endpoint: listenAdmin, readiness, registry });
  teardown.add(() => adminHttp.close());

  const engine = await composeEngine({ settings, log, metrics: prometheusMetrics(registry) });
  teardown.add(() => engine.data.close());
  const administration = localAdministration(engine.admin, domain);
  const control = await startControlServer({ directory, administration, log });
  teardown.add(() => control.close());
  await engine.start();
  teardown.add(() => engine.stop({ timeoutMs: stopTimeouts.engineMs }));

  const frontEnd = await composeFrontEnd({ ...engine, settings, log });
  registerFrontEnd(registry, () => frontEnd.stats());
  teardown.add(() => frontEnd.stop(stopTimeouts.streamsMs));
  // Before the streams end, so that who goes is shown to those who still listen.
  teardown.add(() => engine.gate.close(stopTimeouts.sessionsMs));
  const { address } = await frontEnd.listenTcp({
    ...settings.listenXmpp,
    proxyProtocol: settings.proxyProtocol,
  });
  readiness.set({ ready: true });
  teardown.add(() => {
    readiness.set({ ready: false, reason: 'stopping' });
    return Promise.resolve();
  });
  return { xmpp: address, admin: adminHttp.endpoint, stop: () => teardown.run() };
}
