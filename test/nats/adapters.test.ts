// The NATS adapters pass the suites that the memory and LMDB adapters pass, against a real server.

import { setTimeout as delay } from 'node:timers/promises';
import { busContract, coordinationContract } from '@rollcall/cluster/contract';
import {
  connectNats,
  joinNatsBus,
  openJetStreamQueue,
  openNatsCoordination,
  openNatsRecords,
} from '@rollcall/nats';
import {
  handshakeQueueContract,
  handshakeQueueContractBounds,
  recordStoreContract,
} from '@rollcall/store/contract';
import type { NatsLink } from '@rollcall/nats';
import { startNats } from '@rollcall/testkit';
import type { NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';

const log = pino({ level: 'silent' });
let nats: NatsUnderTest;
let made = 0;

beforeAll(async () => {
  nats = await startNats();
});

afterAll(() => nats.stop());

/** Each fixture has streams of its own on the one server. */
async function connectAfresh() {
  made += 1;
  return connectNats({ urls: [...nats.urls], prefix: `t${made}` }, log);
}

recordStoreContract('NATS KV', async () => {
  const link = await connectAfresh();
  return {
    store: await openNatsRecords(link),
    dispose: () => link.connection.close(),
  };
});

handshakeQueueContract('JetStream', async () => {
  const link = await connectAfresh();
  return {
    queue: await openJetStreamQueue(link, handshakeQueueContractBounds),
    advance: (ms) => delay(ms),
    dispose: () => link.connection.close(),
  };
});

busContract('core NATS', () => {
  made += 1;
  const prefix = `t${made}`;
  const links: NatsLink[] = [];
  return Promise.resolve({
    // Each process has a connection of its own, as in a cluster.
    async join(self) {
      const link = await connectNats({ urls: [...nats.urls], prefix }, log);
      links.push(link);
      const bus = await joinNatsBus(link, self);
      await link.connection.flush();
      return bus;
    },
    async dispose() {
      for (const { connection } of links) await connection.close();
    },
  });
});

coordinationContract('NATS KV', async () => {
  const link = await connectAfresh();
  const other = await connectNats({ urls: [...nats.urls], prefix: link.options.prefix }, log);
  const leaseTtlMs = 1_000;
  return {
    one: await openNatsCoordination(link, { leaseTtlMs }),
    other: await openNatsCoordination(other, { leaseTtlMs }),
    pass: (ms) => delay(ms),
    async dispose() {
      await link.connection.close();
      await other.connection.close();
    },
  };
});
