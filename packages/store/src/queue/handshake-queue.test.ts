import { openLmdb } from '../lmdb/lmdb-environment.ts';
import { temporaryDirectory } from '../../test/temporary-directory.ts';
import { VirtualTimers } from '../../test/virtual-timers.ts';
import {
  handshakeQueueContract,
  handshakeQueueContractBounds,
} from './handshake-queue.contract.ts';
import { DirectHandshakeQueue } from './handshake-queue.direct.ts';
import { LmdbHandshakeQueue } from './handshake-queue.lmdb.ts';
import { MemoryHandshakeQueue } from './handshake-queue.memory.ts';

handshakeQueueContract('memory', () => {
  const timers = new VirtualTimers();
  const queue = new MemoryHandshakeQueue({ ...handshakeQueueContractBounds, timers });
  return Promise.resolve({ queue, advance: (ms) => timers.advance(ms) });
});

handshakeQueueContract('direct', () => {
  const timers = new VirtualTimers();
  const durable = new MemoryHandshakeQueue({ ...handshakeQueueContractBounds, timers });
  const queue = new DirectHandshakeQueue(durable, { ...handshakeQueueContractBounds, timers });
  return Promise.resolve({ queue, advance: (ms) => timers.advance(ms) });
});

handshakeQueueContract('LMDB', async () => {
  const directory = await temporaryDirectory();
  const environment = await openLmdb(directory.path);
  const timers = new VirtualTimers();
  return {
    queue: new LmdbHandshakeQueue(environment, { ...handshakeQueueContractBounds, timers }),
    advance: (ms) => timers.advance(ms),
    dispose: async () => {
      await environment.close();
      await directory.remove();
    },
  };
});
