import { MemoryHandshakeQueue, MemoryRecordStore, systemTimers } from '@rollcall/store';
import { dataOver, type Data } from './data.ts';

/** Gone with the process. */
export function memoryData(): Data {
  const records = new MemoryRecordStore();
  const queue = new MemoryHandshakeQueue({ timers: systemTimers });
  return dataOver(records, queue);
}
