// NATS servers that let in whom they know, and clients that believe whom they know; and what is said when it goes wrong.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNats, requireJetStream } from '@rollcall/nats';
import type { NatsOptionsInput } from '@rollcall/nats';
import { startNats } from '@rollcall/testkit';
import type { NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Certificates } from './certificates.ts';
import type { Certificate } from './certificates.ts';
import { Accounts } from './signed-users.ts';

const log = pino({ level: 'silent' });
let certificates: Certificates;

beforeAll(async () => {
  certificates = await Certificates.begin();
});

afterAll(() => certificates.remove());

type Access = Omit<NatsOptionsInput, 'urls'>;

async function serverWith(lines: string): Promise<NatsUnderTest> {
  const configFile = await file('nats.conf', lines);
  return startNats({ configFile });
}

async function file(name: string, text: string): Promise<string> {
  const path = join(certificates.folder, name);
  await writeFile(path, text);
  return path;
}

/** How a node or a command begins. */
async function connect(url: string, access: Access): Promise<void> {
  const link = await connectNats({ urls: [url], ...access }, log);
  try {
    await requireJetStream(link);
  } finally {
    await link.connection.close();
  }
}

describe('a token', () => {
  let nats: NatsUnderTest;
  beforeAll(async () => {
    nats = await serverWith('authorization { token: the-token }');
  });
  afterAll(() => nats.stop());

  test('lets in', async () => {
    await expect(connect(nats.urls[0] ?? '', { token: 'the-token' })).resolves.toBeUndefined();
  });

  test.each([{}, { token: 'another-secret' }])(
    'that is %o is refused, and not told',
    async (access) => {
      await expect(connect(nats.urls[0] ?? '', access)).rejects.toMatchObject({
        code: 'nats_unauthorized',
        message: expect.not.stringContaining('another-secret') as string,
      });
    },
  );
});

describe('a credentials file', () => {
  const accounts = new Accounts();
  let nats: NatsUnderTest;
  let url: string;
  beforeAll(async () => {
    nats = await serverWith(accounts.serverConfig);
    url = nats.urls[0] ?? '';
  });
  afterAll(() => nats.stop());

  test('lets in', async () => {
    const credentialsFile = await file('user.creds', accounts.credentialsOf());
    await expect(connect(url, { credentialsFile })).resolves.toBeUndefined();
  });

  test('of another operator is refused', async () => {
    const credentialsFile = await file('stranger.creds', new Accounts().credentialsOf());
    await expect(connect(url, { credentialsFile })).rejects.toMatchObject({
      code: 'nats_unauthorized',
    });
  });

  test('whose permissions do not suffice: names the subject', async () => {
    const limited = accounts.credentialsOf({ publish: ['rollcall.>'] });
    const credentialsFile = await file('limited.creds', limited);
    await expect(connect(url, { credentialsFile })).rejects.toMatchObject({
      code: 'nats_forbidden',
      message: expect.stringContaining('$JS.API.INFO') as string,
    });
  });

  test('that is none, or is not there, is named', async () => {
    const credentialsFile = await file('none.creds', 'a password?');
    await expect(connect(url, { credentialsFile })).rejects.toMatchObject({
      code: 'nats_misconfigured',
      message: expect.stringContaining(credentialsFile) as string,
    });
    const gone = join(certificates.folder, 'gone.creds');
    await expect(connect(url, { credentialsFile: gone })).rejects.toMatchObject({
      code: 'nats_misconfigured',
      message: `credentialsFile: ${gone} cannot be read.`,
    });
  });

  test('that runs out is read again: one that was renewed in time goes on', async () => {
    const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
    const credentialsFile = await file(
      'renewed.creds',
      accounts.credentialsOf({ expires: inSeconds(2) }),
    );
    const link = await connectNats({ urls: [url], credentialsFile }, log);
    const reconnected = (async () => {
      for await (const { type } of link.connection.status()) if (type === 'reconnect') return;
    })();
    await writeFile(credentialsFile, accounts.credentialsOf({ expires: inSeconds(3600) }));
    await reconnected;
    await expect(requireJetStream(link)).resolves.toBeUndefined();
    await link.connection.close();
  });
});

describe('TLS with client certificates', () => {
  let authority: Certificate;
  let stranger: Certificate;
  let client: Certificate;
  let nats: NatsUnderTest;
  let elsewhere: NatsUnderTest;
  let plain: NatsUnderTest;

  beforeAll(async () => {
    authority = await certificates.authority('ca');
    stranger = await certificates.authority('stranger');
    client = await certificates.signed('client', authority, 'DNS:client');
    const own = await certificates.signed('server', authority, 'IP:127.0.0.1');
    const others = await certificates.signed('elsewhere', authority, 'DNS:nats.example');
    nats = await serverWith(tlsConfig(own));
    elsewhere = await serverWith(tlsConfig(others));
    plain = await serverWith('');
  });
  afterAll(() => Promise.all([nats, elsewhere, plain].map((server) => server.stop())));

  function tlsConfig({ certFile, keyFile }: Certificate): string {
    const files = `cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${authority.certFile}"`;
    return `tls { ${files}, verify: true }`;
  }

  const over = (scheme: string, server: NatsUnderTest) =>
    (server.urls[0] ?? '').replace('nats:', `${scheme}:`);

  test.each(['tls', 'nats'])('lets in, by %s://', async (scheme) => {
    const tls = { ...client, caFile: authority.certFile };
    await expect(connect(over(scheme, nats), { tls })).resolves.toBeUndefined();
  });

  test('a server whose CA is not known is not believed', async () => {
    const access = { tls: { ...client, caFile: stranger.certFile } };
    await expect(connect(over('tls', nats), access)).rejects.toMatchObject({
      code: 'nats_tls',
      message: expect.stringContaining('name that CA in caFile') as string,
    });
  });

  test('a server with a certificate for another name is not believed', async () => {
    const access = { tls: { ...client, caFile: authority.certFile } };
    await expect(connect(over('tls', elsewhere), access)).rejects.toMatchObject({
      code: 'nats_tls',
      message: expect.stringContaining('is for another name') as string,
    });
  });

  test('without a client certificate, or with one of another CA, is refused', async () => {
    for (const own of [{}, stranger]) {
      const access = { tls: { ...own, caFile: authority.certFile }, connectTimeoutMs: 1_000 };
      await expect(connect(over('tls', nats), access)).rejects.toMatchObject({
        code: 'nats_tls',
        message: expect.stringContaining('give certFile and keyFile') as string,
      });
    }
  });

  test('tls:// to a server without it does not go on in the clear', async () => {
    await expect(connect(over('tls', plain), {})).rejects.toMatchObject({
      code: 'nats_tls',
      message: expect.stringContaining('does not offer any') as string,
    });
  });

  test('a file that is not there is named', async () => {
    const access = { tls: { caFile: '/nowhere/ca.pem' } };
    await expect(connect(over('tls', nats), access)).rejects.toMatchObject({
      code: 'nats_misconfigured',
      message: 'caFile: /nowhere/ca.pem cannot be read.',
    });
  });
});
