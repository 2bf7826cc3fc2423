import {
  accountsOver,
  MemoryHandshakeQueue,
  MemoryRecordStore,
  systemTimers,
} from '@rollcall/store';
import type { Data } from './data.ts';

/** Gone with the process. */
export function memoryData(): Data {
  const records = new MemoryRecordStore();
  const queue = new MemoryHandshakeQueue({ timers: systemTimers });
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
