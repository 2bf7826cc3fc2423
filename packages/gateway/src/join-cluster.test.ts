import { reservePort } from '@rollcall/testkit';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { joinCluster } from './index.ts';

const log = pino({ level: 'silent' });
const common = { domains: ['localhost'], log };

describe('a cluster that cannot be joined', () => {
  test('because nobody listens there', async () => {
    const port = await reservePort();
    const nats = `nats://127.0.0.1:${port.port}`;
    await expect(joinCluster({ ...common, nats })).rejects.toMatchObject({
      code: 'nats_unreachable',
      message: expect.stringContaining(nats) as unknown,
    });
    await port.release();
  });

  test.each([
    ['no server is named', { nats: [] }],
    ['the prefix cannot begin names', { nats: 'nats://127.0.0.1', connection: { prefix: 'A B' } }],
    ['the node`s name has a dot', { nats: 'nats://127.0.0.1', nodeName: 'a.b' }],
  ])('because %s', async (_, options) => {
    await expect(joinCluster({ ...common, ...options })).rejects.toMatchObject({
      code: 'gateway_misconfigured',
    });
  });
});
