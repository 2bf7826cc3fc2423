// The database of the embedded default: records, accounts and the handshake queue in one LMDB environment.

import {
  LmdbHandshakeQueue,
  LmdbRecordStore,
  accountsOver,
  openLmdb,
  systemTimers,
} from '@rollcall/store';
import type { Settings } from '../configuration/settings.ts';
import type { Data } from './data.ts';

/** Makes the directory if it is not there. Rejects with `StoreError`. */
export async function openDataDirectory({
  data,
  store,
}: Pick<Settings, 'data' | 'store'>): Promise<Data> {
  const environment = await openLmdb(data, { durability: store.durability });
  const records = new LmdbRecordStore(environment);
  const queue = new LmdbHandshakeQueue(environment, {
    timers: systemTimers,
    maxDepthPerShard: store.handshakesPerShard,
  });
  return {
    records,
    accounts: accountsOver(records),
    queue,
    async close() {
      await queue.close();
      await records.close();
      await environment.close();
    },
  };
}
