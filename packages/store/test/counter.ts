/**
 * Work that only comes out right if compare-and-set and the queue hold between processes.
 */
import type { HandshakeQueue } from '../src/queue/handshake-queue.ts';
import type { RecordStore } from '../src/record/record-store.ts';
import { checkedNumber, selfChecking } from './self-checking.ts';

const key = 'counter';

export async function readCounter(records: RecordStore): Promise<number> {
  const record = await records.read(key);
  return record ? checkedNumber(record.value) : 0;
}

/** Raises the counter by one so many times, against whoever else does, and publishes a message named so each time. */
export async function raiseCounter(
  records: RecordStore,
  queue: HandshakeQueue,
  name: string,
  times: number,
): Promise<void> {
  for (let done = 0; done < times;) {
    const record = await records.read(key);
    const next = (record ? checkedNumber(record.value) : 0) + 1;
    const outcome = await records.write(key, selfChecking(next), record?.revision ?? 0);
    if (!outcome.ok) continue;
    done += 1;
    await queue.publish({ id: `${name}/${done}`, shard: 0, body: new Uint8Array() });
  }
}
