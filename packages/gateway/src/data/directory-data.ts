/** Records, accounts and the handshake queue in one LMDB environment. */
import {
  DirectHandshakeQueue,
  LmdbHandshakeQueue,
  LmdbRecordStore,
  openLmdb,
  systemTimers,
  type LmdbOptions,
} from '@rollcall/store';
import { dataOver, type Data } from './data.ts';

/** Where an engine of its own keeps what is durable. */
export interface DirectoryDataOptions {
  /** Made if it is not there. One engine to a directory. */
  readonly directory: string;
  /** `flushed` survives power loss, `committed` only the end of the process. Default `flushed`. */
  readonly durability?: NonNullable<LmdbOptions['durability']>;
  /** Subscription handshakes that may wait in one of the 256 shards. */
  readonly handshakesPerShard?: number;
}

/** Rejects with `StoreError`. */
export async function openDirectoryData(options: DirectoryDataOptions): Promise<Data> {
  const { directory, durability, handshakesPerShard } = options;
  const environment = await openLmdb(directory, durability === undefined ? {} : { durability });
  const records = new LmdbRecordStore(environment);
  const bounds = {
    timers: systemTimers,
    ...(handshakesPerShard === undefined ? {} : { maxDepthPerShard: handshakesPerShard }),
  };
  const queue = new DirectHandshakeQueue(new LmdbHandshakeQueue(environment, bounds), bounds);
  const data = dataOver(records, queue);
  return {
    ...data,
    async close() {
      await data.close();
      await environment.close();
    },
  };
}
