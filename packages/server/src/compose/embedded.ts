// The embedded default: store, engine, front-end and admin listeners in one process, started and stopped in order.

import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { accountAuthenticator, createFrontEnd, type FrontEnd } from '@rollcall/front-end';
import { startControlServer } from '../administration/control-server.ts';
import { localAdministration } from '../administration/local-administration.ts';
import type { Endpoint } from '../configuration/endpoint.ts';
import type { Settings } from '../configuration/settings.ts';
import { startAdminHttp } from '../http/admin-http.ts';
import { Readiness } from '../http/readiness.ts';
import { registerFrontEnd } from '../metrics/front-end-metrics.ts';
import { prometheusMetrics } from '../metrics/prometheus-metrics.ts';
import { certificateFor } from './certificate.ts';
import { decoySecret } from './data-directory.ts';
import { composeEngine, type ComposedEngine } from './engine.ts';
import { accountRegistrar } from './registrar.ts';
import { Teardown } from './teardown.ts';

export interface RunningServer {
  readonly xmpp: Endpoint;
  readonly admin: Endpoint;
  /** Ends all streams properly; everyone is told who goes. Resolves within the time of `stopTimeouts`. */
  stop(): Promise<void>;
}

/** Together below the five seconds in which the server promises to end. */
const stopTimeouts = { streamsMs: 2_000, engineMs: 2_000 };

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

  const frontEnd = await composeFrontEnd(settings, engine, log);
  registerFrontEnd(registry, () => frontEnd.stats());
  teardown.add(() => frontEnd.stop(stopTimeouts.streamsMs));
  const { address } = await frontEnd.listenTcp(settings.listenXmpp);
  readiness.set({ ready: true });
  teardown.add(() => {
    readiness.set({ ready: false, reason: 'stopping' });
    return Promise.resolve();
  });
  return { xmpp: address, admin: adminHttp.endpoint, stop: () => teardown.run() };
}

async function composeFrontEnd(
  settings: Settings,
  { gate, admin, data }: ComposedEngine,
  log: Logger,
): Promise<FrontEnd> {
  const { domain, cleartextAuth, registration, limits, timeouts, scramIterations } = settings;
  const { accounts, records } = data;
  const secret = await decoySecret(records);
  return createFrontEnd({
    gate,
    domains: domain,
    tls: await certificateFor(settings, Date.now()),
    authenticator: accountAuthenticator(accounts, {
      decoySecret: secret,
      iterations: scramIterations,
    }),
    decoySecret: secret,
    decoyIterations: scramIterations,
    cleartextAuth,
    limits,
    timeouts,
    log,
    ...(registration ? { registrar: accountRegistrar({ admin, accounts, scramIterations }) } : {}),
  });
}
