// Logins that others vouch for: JSON Web Tokens, and a web service that is asked.

import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rollcallDone } from './command.ts';
import { TestServer } from './test-server.ts';

const secret = 'thirty-two-bytes-and-a-few-more-of-them';
const minuteSeconds = 60;

function token(claims: object, key = secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.prepare();
});
afterEach(() => server.remove());

describe('JSON Web Tokens', () => {
  const settings = {
    ROLLCALL_AUTHENTICATION_JWT_SECRET: secret,
    ROLLCALL_AUTHENTICATION_JWT_AUDIENCE: 'xmpp',
  };

  test('let in whom they name, who gets an account; the secret is nowhere to be read', async () => {
    await server.start({ env: { ...settings, ROLLCALL_LOG_LEVEL: 'debug' } });
    const claims = { sub: 'carol', aud: 'xmpp', exp: inSeconds(minuteSeconds) };
    const carol = await server.login('carol', { password: token(claims) });
    await carol.ping();
    await carol.close();
    expect(await rollcallDone(['user', 'list', '--data', server.data])).toBe('carol@localhost\n');
    expect(server.process.output).not.toContain(secret);
    expect(server.process.output).not.toContain(token(claims));
  });

  test.each([
    ['has expired', { sub: 'carol', aud: 'xmpp', exp: inSeconds(-minuteSeconds) }, secret],
    ['is for another', { sub: 'carol', aud: 'mail', exp: inSeconds(minuteSeconds) }, secret],
    ['is another’s', { sub: 'dave', aud: 'xmpp', exp: inSeconds(minuteSeconds) }, secret],
    ['is forged', { sub: 'carol', aud: 'xmpp', exp: inSeconds(minuteSeconds) }, `not ${secret}`],
  ])('one that %s lets nobody in, and makes no account', async (_case, claims, key) => {
    await server.start({ env: settings });
    await expect(server.login('carol', { password: token(claims, key) })).rejects.toThrow(
      /not-authorized|credentials-expired/,
    );
    expect(await rollcallDone(['user', 'list', '--data', server.data])).toBe('');
  });
});

describe('a web service that is asked', () => {
  let service: Server;
  const asked: { readonly authorization: string | undefined; readonly body: unknown }[] = [];
  let status = 200;

  beforeEach(async () => {
    asked.length = 0;
    service = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body: JSON.parse(body) });
        response.writeHead(status).end(JSON.stringify({ jid: 'carol@localhost' }));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => service.once('listening', resolve));
    const { port } = service.address() as AddressInfo;
    await server.start({
      env: {
        ROLLCALL_AUTHENTICATION_ACCOUNTS: 'false',
        ROLLCALL_AUTHENTICATION_HTTP_URL: `http://127.0.0.1:${port}/login`,
        ROLLCALL_AUTHENTICATION_HTTP_AUTHORIZATION: 'Bearer us',
      },
    });
  });
  afterEach(() => new Promise((resolve) => service.close(resolve)));

  test('lets in whom it knows', async () => {
    status = 200;
    const carol = await server.login('carol', { password: 'pw' });
    await carol.close();
    expect(asked).toEqual([
      {
        authorization: 'Bearer us',
        body: { mechanism: 'PLAIN', user: 'carol@localhost', password: 'pw' },
      },
    ]);
  });

  test.each([
    [401, 'not-authorized'],
    [500, 'temporary-auth-failure'],
  ])('answers %d: %s (RFC 6120 §6.5)', async (answer, condition) => {
    status = answer;
    await expect(server.login('carol', { password: 'pw' })).rejects.toThrow(condition);
  });
});
