// Opens what is durable where the settings say it is.

import type { Logger } from 'pino';
import type { Settings } from '../configuration/settings.ts';
import type { Data } from './data.ts';

/** Rejects with `StoreError` or `NatsError`. */
export async function openData(settings: Settings, log: Logger): Promise<Data> {
  // Only one of the two is ever needed, and each takes a while to load.
  if (settings.nats === undefined) {
    const { openDataDirectory } = await import('./data-directory.ts');
    return openDataDirectory(settings);
  }
  const { openNatsData } = await import('./nats-data.ts');
  return openNatsData(settings, log);
}
