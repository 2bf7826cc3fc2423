/** What is durable, wherever it is kept: in memory, in a directory of this machine, or in the cluster's NATS. */
import { randomBytes } from 'node:crypto';
import {
  accountsOver,
  type AccountStore,
  type HandshakeQueue,
  type RecordStore,
} from '@rollcall/store';

/** The stores of one engine, or of a cluster. */
export interface Data {
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  /** After everyone who uses it has stopped. */
  close(): Promise<void>;
}

/** The accounts are kept among the records. */
export function dataOver(records: RecordStore, queue: HandshakeQueue): Data {
  return {
    records,
    accounts: accountsOver(records),
    queue,
    async close() {
      await queue.close();
      await records.close();
    },
  };
}

const decoyKey = 'server/decoy-secret';

/** What makes the decoys of unknown users the same on all nodes and after every restart. Rejects with `StoreError`. */
export async function decoySecret(records: RecordStore): Promise<Uint8Array> {
  const kept = await records.read(decoyKey);
  if (kept !== undefined) return kept.value;
  const made = randomBytes(32);
  const outcome = await records.write(decoyKey, made, 0);
  return outcome.ok ? made : decoySecret(records);
}
