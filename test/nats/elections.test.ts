// Three NATS servers that replicate need a moment to agree who leads; nodes that start meanwhile wait for it.

import {
  connectNats,
  openJetStreamQueue,
  openNatsCoordination,
  openNatsRecords,
} from '@rollcall/nats';
import { findNats, startNats } from '@rollcall/testkit';
import type { NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const log = pino({ level: 'silent' });
let nats: NatsUnderTest;

beforeEach(async () => {
  const source = await findNats();
  nats = await startNats({ size: 3, source });
});

afterEach(() => nats.stop());

async function joinAsNode(requestTimeoutMs?: number) {
  const link = await connectNats(
    {
      urls: [...nats.urls],
      replicas: 3,
      ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    },
    log,
  );
  try {
    const records = await openNatsRecords(link);
    await records.read('server/first');
    await openJetStreamQueue(link);
    const { facts, leases } = await openNatsCoordination(link, { leaseTtlMs: 1_000 });
    return await Promise.all([facts.read('map'), leases.read('leader')]);
  } finally {
    await link.connection.close();
  }
}

describe('nodes that start', () => {
  test('all at once, before there is a stream, find an empty cluster', async () => {
    const found = await Promise.all(Array.from({ length: 6 }, () => joinAsNode()));
    expect(found).toEqual(Array.from({ length: 6 }, () => [undefined, undefined]));
  });

  test('while only one of three servers runs are told that nobody leads', async () => {
    await joinAsNode();
    const [, second, third] = nats.servers;
    await Promise.all([second?.kill(), third?.kill()]);
    await expect(joinAsNode(200)).rejects.toThrow(/most of those that keep it must run/);
  });
});
