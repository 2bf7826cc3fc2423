// Opens what is durable where the settings say it is.

import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import type { Data } from './data.ts';

/** Rejects with `StoreError` or `NatsError`. */
export function openData(settings: Settings, log: Logger): Promise<Data> {
  // Only one of the two is ever needed, and each takes a while to load.
  return settings.nats === undefined
    ? import('./data-directory.ts').then(({ openDataDirectory }) => openDataDirectory(settings))
    : import('./nats-data.ts').then(({ openNatsData }) => openNatsData(settings, log));
}
