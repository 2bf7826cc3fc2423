/**
 * A process that raises the number in one record so many times, and publishes a message each time.
 *
 * node raise-counter.js DIRECTORY NAME TIMES
 */
import { openLmdb } from '../src/lmdb/lmdb-environment.ts';
import { LmdbHandshakeQueue } from '../src/queue/handshake-queue.lmdb.ts';
import { LmdbRecordStore } from '../src/record/record-store.lmdb.ts';
import { systemTimers } from '../src/timers.ts';
import { raiseCounter } from './counter.ts';

const [directory = '', name = '', times = ''] = process.argv.slice(2);

const environment = await openLmdb(directory);
const queue = new LmdbHandshakeQueue(environment, { timers: systemTimers });
await raiseCounter(new LmdbRecordStore(environment), queue, name, Number(times));
await queue.close();
await environment.close();
