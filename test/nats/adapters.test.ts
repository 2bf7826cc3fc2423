// The NATS adapters pass the suites that the memory and LMDB adapters pass, against a real server.

import { setTimeout as delay } from 'node:timers/promises';
import { connectNats, openJetStreamQueue, openNatsRecords } from '@rollcall/nats';
import {
  handshakeQueueContract,
  handshakeQueueContractBounds,
  recordStoreContract,
} from '@rollcall/store/contract';
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
