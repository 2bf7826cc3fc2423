// The ways to log in, over STARTTLS and in the clear; the conversations themselves use the cheapest.

import { XmppClient, startServer } from '@rollcall/testkit';
import type { SaslMechanism, ServerUnderTest } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const alice = { name: 'alice', password: 'correct horse' };
const mechanisms: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'];

describe('logging in', () => {
  let server: ServerUnderTest;

  beforeAll(async () => {
    server = await startServer('rollcall', { accounts: [alice] });
  });

  afterAll(() => server.stop());

  test.each(mechanisms.flatMap((mechanism) => [true, false].map((tls) => ({ mechanism, tls }))))(
    '$mechanism, STARTTLS: $tls (RFC 6120 §5, §6)',
    async ({ mechanism, tls }) => {
      const { host, port, domain } = server;
      const client = await XmppClient.login({
        ...{ host, port, domain, mechanism, tls, resource: 'home' },
        ...alice,
      });
      expect(client.jid).toBe(`alice@${domain}/home`);
      await client.ping();
      await client.close();
    },
  );

  test.each(mechanisms)(
    '%s with a wrong password is not-authorized (RFC 6120 §6.5.10)',
    async (mechanism) => {
      const { host, port, domain } = server;
      const login = XmppClient.login({
        host,
        port,
        domain,
        mechanism,
        name: 'alice',
        password: 'wrong',
      });
      await expect(login).rejects.toThrow(/failure instead of .*not-authorized/s);
    },
  );

  test('an account that is made later can log in', async () => {
    const { host, port, domain } = server;
    await server.createUser('bob', 'secret');
    const client = await XmppClient.login({ host, port, domain, name: 'bob', password: 'secret' });
    await client.close();
  });
});
