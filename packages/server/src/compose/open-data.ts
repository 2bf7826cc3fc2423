// Opens what is durable where the settings say it is.

import { openDirectoryData } from '@rollcall/gateway';
import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import type { OpenedData } from './opened-data.ts';

/** Rejects with `StoreError` or `NatsError`. */
export async function openData(settings: Settings, log: Logger): Promise<OpenedData> {
  const { nats, data: directory, store } = settings;
  if (nats === undefined)
    return { ...(await openDirectoryData({ directory, ...store })), ownedElsewhere: false };
  // The NATS client is loaded where it is needed.
  return import('./nats-data.ts').then(({ openClusterData }) => openClusterData(settings, log));
}
