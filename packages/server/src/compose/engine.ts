// The engine of one process over its data: all of a server but what listens.

import type { Logger } from 'pino';
import { createEmbedded, type DomainHandler, type Embedded, type Metrics } from '@rollcall/cluster';
import type { Settings } from '../configuration/settings.ts';
import { openData } from './open-data.ts';
import type { OpenedData } from './opened-data.ts';

export interface ComposedEngine extends Pick<
  Embedded,
  'gate' | 'admin' | 'route' | 'start' | 'stop'
> {
  readonly data: OpenedData;
}

export interface EngineOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Of components. */
  readonly handlers?: ReadonlyMap<string, DomainHandler>;
}

/** Rejects with `StoreError` or `NatsError`. The data is the caller's to close, after the engine has stopped. */
export async function composeEngine({
  settings,
  log,
  metrics,
  handlers = new Map(),
}: EngineOptions): Promise<ComposedEngine> {
  const data = await openData(settings, log);
  const engine = createEmbedded({
    records: data.records,
    accounts: data.accounts,
    queue: data.queue,
    ownedElsewhere: data.ownedElsewhere,
    rules: settings.users,
    domains: settings.domain,
    limits: settings.engine,
    handlers,
    log,
    ...(metrics === undefined ? {} : { metrics }),
  });
  return { ...engine, data };
}
