/** The whole of Rollcall in the gateway's own process: nothing else to install or to run. */
import { createEmbedded } from '@rollcall/cluster';
import type { Data } from './data/data.ts';
import { openDirectoryData, type DirectoryDataOptions } from './data/directory-data.ts';
import { memoryData } from './data/memory-data.ts';
import { preparedDomains, type GatewayOptions } from './gateway-options.ts';
import { openRollcall, type Rollcall } from './rollcall.ts';

/** What `embedEngine` takes: without `directory`, everything is in memory. */
export interface EmbedEngineOptions extends GatewayOptions, Partial<DirectoryDataOptions> {}

/**
 * Starts an engine in this process. With `directory`, rosters and accounts are kept there; without, they are gone with
 * the process. Rejects with `gateway_misconfigured` or `StoreError`; nothing is left running then.
 */
export async function embedEngine(options: EmbedEngineOptions): Promise<Rollcall> {
  const { directory, durability, handshakesPerShard, ...gatewayOptions } = options;
  const domains = preparedDomains(options.domains);
  const data =
    directory === undefined
      ? memoryData()
      : await openDirectoryData({
          directory,
          ...(durability === undefined ? {} : { durability }),
          ...(handshakesPerShard === undefined ? {} : { handshakesPerShard }),
        });
  try {
    return await start({ ...gatewayOptions, domains }, data);
  } catch (error) {
    await data.close();
    throw error;
  }
}

type Prepared = GatewayOptions & Pick<Rollcall, 'domains'>;

async function start(options: Prepared, data: Data): Promise<Rollcall> {
  const { domains, log } = options;
  const engine = createEmbedded({ ...options, ...data });
  await engine.start();
  return openRollcall({ domains, engine, data, log });
}
