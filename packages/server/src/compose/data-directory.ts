// The database of the embedded default: records, accounts and the handshake queue in one LMDB environment.

import { randomBytes } from 'node:crypto';
import {
  LmdbHandshakeQueue,
  LmdbRecordStore,
  accountsOver,
  openLmdb,
  systemTimers,
  type AccountStore,
  type HandshakeQueue,
  type RecordStore,
} from '@rollcall/store';
import type { Settings } from '../configuration/settings.ts';

export interface DataDirectory {
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  /** After everyone who uses it has stopped. */
  close(): Promise<void>;
}

/** Makes the directory if it is not there. Rejects with `StoreError`. */
export async function openDataDirectory({
  data,
  store,
}: Pick<Settings, 'data' | 'store'>): Promise<DataDirectory> {
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

const decoyKey = 'server/decoy-secret';

/** What makes the decoys of unknown users the same after every restart. */
export async function decoySecret(records: RecordStore): Promise<Uint8Array> {
  const kept = await records.read(decoyKey);
  if (kept !== undefined) return kept.value;
  const made = randomBytes(32);
  const outcome = await records.write(decoyKey, made, 0);
  return outcome.ok ? made : decoySecret(records);
}
