import { openLmdb } from '../lmdb/lmdb-environment.ts';
import { temporaryDirectory } from '../../test/temporary-directory.ts';
import { recordStoreContract } from './record-store.contract.ts';
import { LmdbRecordStore } from './record-store.lmdb.ts';
import { MemoryRecordStore } from './record-store.memory.ts';

recordStoreContract('memory', () => Promise.resolve({ store: new MemoryRecordStore() }));

for (const durability of ['flushed', 'committed'] as const)
  recordStoreContract(`LMDB, ${durability}`, async () => {
    const directory = await temporaryDirectory();
    const environment = await openLmdb(directory.path, { durability });
    return {
      store: new LmdbRecordStore(environment),
      dispose: async () => {
        await environment.close();
        await directory.remove();
      },
    };
  });
