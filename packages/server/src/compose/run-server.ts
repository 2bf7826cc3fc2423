// What every server is: the admin listener, an engine of its own or a part of the cluster, and the listeners of a
// front-end before it; started and stopped in order.

import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { EngineAdmin, SessionGate } from '@rollcall/cluster';
import type { ComponentGate } from '@rollcall/front-end';
import type { Data } from '@rollcall/gateway';
import type { Settings } from '../configuration/settings.ts';
import { startAdminHttp } from '../http/admin-http.ts';
import { Readiness } from '../http/readiness.ts';
import { registerFrontEnd } from '../metrics/front-end-metrics.ts';
import { composeFrontEnd } from './front-end.ts';
import { openListeners } from './listeners.ts';
import { stopShares, type RunningServer } from './running-server.ts';
import { Teardown } from './teardown.ts';

/** What stands behind the front-end. It has been started; the teardown knows how to stop it. */
export interface Backing {
  readonly gate: SessionGate;
  readonly admin: EngineAdmin;
  readonly components: ComponentGate;
  readonly data: Data;
}

export interface BackingParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly registry: Registry;
  readonly readiness: Readiness;
  readonly teardown: Teardown;
}

export type OpenBacking = (parts: BackingParts) => Promise<Backing>;

/** Rejects with an error that has a code and a sentence for people; nothing is left running then. */
export async function runServer(
  settings: Settings,
  log: Logger,
  openBacking: OpenBacking,
): Promise<RunningServer> {
  const teardown = new Teardown();
  try {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return await start(
      { settings, log, registry, readiness: new Readiness(), teardown },
      openBacking,
    );
  } catch (error) {
    await teardown.run(settings.stopTimeoutMs);
    throw error;
  }
}

async function start(parts: BackingParts, openBacking: OpenBacking): Promise<RunningServer> {
  const { settings, registry, readiness, teardown } = parts;
  const adminHttp = await startAdminHttp({ endpoint: settings.listenAdmin, readiness, registry });
  teardown.add('admin listener', () => adminHttp.close());
  const backing = await openBacking(parts);
  const listening = settings.role === 'engine' ? {} : await startFrontEnd(parts, backing);
  readiness.set({ ready: true });
  teardown.add('readiness', () => {
    readiness.set({ ready: false, reason: 'stopping' });
    return Promise.resolve();
  });
  return { listening, admin: adminHttp.endpoint, stop: () => teardown.run(settings.stopTimeoutMs) };
}

async function startFrontEnd(
  { settings, log, registry, teardown }: BackingParts,
  backing: Backing,
): Promise<RunningServer['listening']> {
  const frontEnd = await composeFrontEnd({ ...backing, settings, log });
  registerFrontEnd(registry, () => frontEnd.stats());
  teardown.add('streams', (leftMs) => frontEnd.stop(leftMs * stopShares.streams));
  // Before the streams end, so that who goes is shown to those who still listen.
  teardown.add('sessions', (leftMs) => backing.gate.close(leftMs * stopShares.sessions));
  return openListeners(frontEnd, settings, backing.components);
}
