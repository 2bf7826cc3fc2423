// Opens what is durable where the settings say it is.

import { openDirectoryData, type Data } from '@rollcall/gateway';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';

/** Rejects with `StoreError` or `NatsError`. */
export function openData(settings: Settings, log: Logger): Promise<Data> {
  const { nats, data: directory, store } = settings;
  if (nats === undefined) return openDirectoryData({ directory, ...store });
  // The NATS client is loaded where it is needed.
  return import('./nats-data.ts').then(({ openClusterData }) => openClusterData(settings, log));
}
