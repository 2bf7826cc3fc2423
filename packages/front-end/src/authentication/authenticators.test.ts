import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decoyVerifiers, deriveVerifiers, MemoryRecordStore, accountsOver } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import {
  accountAuthenticator,
  callbackAuthenticator,
  chainAuthenticators,
  httpAuthenticator,
  jwtAuthenticator,
} from '../index.ts';
import { mechanismsOf } from './offered-mechanisms.ts';

const alice = 'alice@localhost' as BareJid;
const bob = 'bob@localhost' as BareJid;
const no = { ok: false, condition: 'not-authorized' };

describe('accounts', () => {
  const secret = 'a secret of this server';

  async function accounts() {
    const store = accountsOver(new MemoryRecordStore());
    const verifiers = await deriveVerifiers('pencil', { iterations: 4096 });
    if (!verifiers.ok) throw new Error(verifiers.problem);
    await store.create(alice, verifiers.value);
    return accountAuthenticator(store, { decoySecret: secret, iterations: 4096 });
  }

  it('know passwords and verifiers of those who exist', async () => {
    const authenticator = await accounts();
    expect(await authenticator.checkPassword(alice, 'pencil')).toEqual({ ok: true, user: alice });
    expect(await authenticator.checkPassword(alice, 'pen')).toEqual(no);
    expect(await authenticator.checkPassword(bob, 'pencil')).toEqual(no);
    expect((await authenticator.verifiers(alice))?.sha256?.iterations).toBe(4096);
    expect(await authenticator.verifiers(bob)).toBeUndefined();
  });

  it('have decoys that look like the real ones', async () => {
    const real = await (await accounts()).verifiers(alice);
    const decoy = decoyVerifiers(bob, secret, { iterations: 4096 });
    expect(decoy.sha256?.salt.length).toBe(real?.sha256?.salt.length);
    expect(decoy.sha256?.iterations).toBe(real?.sha256?.iterations);
  });
});

describe('a callback', () => {
  it('names the user, who may be another than the one that was asked for', async () => {
    const authenticator = callbackAuthenticator((mechanism, credentials) =>
      Promise.resolve(mechanism === 'PLAIN' && credentials.kind === 'password' ? alice : undefined),
    );
    expect(await authenticator.checkPassword(bob, 'x')).toEqual({ ok: true, user: alice });
    expect(await authenticator.checkToken('x', { domain: 'localhost' })).toEqual(no);
  });

  it('that gives no JID is an operational failure', async () => {
    const authenticator = callbackAuthenticator(() => Promise.resolve('@@'));
    await expect(authenticator.checkPassword(alice, 'x')).rejects.toThrow('no JID');
  });
});

describe('JSON Web Tokens', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const token = (claims: Record<string, unknown>, expires = '1h', key = privateKey) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('login.example')
      .setAudience('xmpp')
      .setExpirationTime(expires)
      .sign(key);
  const authenticator = jwtAuthenticator({
    key: publicKey,
    algorithms: ['ES256'],
    issuer: 'login.example',
    audience: 'xmpp',
  });
  const hint = { domain: 'localhost' };

  it('name the user as a JID or as a name in the stream’s domain', async () => {
    expect(await authenticator.checkToken(await token({ sub: 'Alice' }), hint)).toEqual({
      ok: true,
      user: alice,
    });
    expect(await authenticator.checkToken(await token({ sub: alice }), hint)).toEqual({
      ok: true,
      user: alice,
    });
  });

  it('work as passwords, of their own user only', async () => {
    const password = await token({ sub: 'alice' });
    expect(await authenticator.checkPassword(alice, password)).toEqual({ ok: true, user: alice });
    expect(await authenticator.checkPassword(bob, password)).toEqual(no);
    expect(await authenticator.checkPassword(alice, 'not a token')).toEqual(no);
  });

  it('that have expired, or are of another key, issuer or user, are refused', async () => {
    expect(await authenticator.checkToken(await token({ sub: 'alice' }, '-1m'), hint)).toEqual({
      ok: false,
      condition: 'credentials-expired',
    });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(
      await authenticator.checkToken(await token({ sub: 'alice' }, '1h', other), hint),
    ).toEqual(no);
    expect(await authenticator.checkToken(await token({ name: 'alice' }), hint)).toEqual(no);
    expect(await authenticator.checkToken(await token({ sub: 'a b' }), hint)).toEqual(no);
    const elsewhere = jwtAuthenticator({ key: publicKey, algorithms: ['ES256'], issuer: 'x' });
    expect(await elsewhere.checkToken(await token({ sub: 'alice' }), hint)).toEqual(no);
    const unlike = jwtAuthenticator({ key: publicKey, algorithms: ['RS256'] });
    expect(await unlike.checkToken(await token({ sub: 'alice' }), hint)).toEqual(no);
  });

  it('are checked by a published key set, and nobody is let in while it cannot be had', async () => {
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
    let published = true;
    const url = await serve((_, respond) =>
      published ? respond(200, JSON.stringify({ keys: [jwk] })) : respond(500, ''),
    );
    const make = () => jwtAuthenticator({ key: { jwksUrl: url }, algorithms: ['ES256'] });
    const good = await token({ sub: 'alice' });
    expect(await make().checkToken(good, hint)).toEqual({ ok: true, user: alice });
    published = false;
    await expect(make().checkToken(good, hint)).rejects.toThrow();
  });
});

const servers: Server[] = [];

function serve(
  answer: (body: string, respond: (status: number, text: string) => void) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(body, (status, text) => response.writeHead(status).end(text)));
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    });
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('a web service', () => {
  it('is shown the credentials and names the user', async () => {
    const asked: unknown[] = [];
    const url = await serve((body, respond) => {
      asked.push(JSON.parse(body));
      respond(200, JSON.stringify({ jid: alice }));
    });
    const authenticator = httpAuthenticator({ url });
    expect(await authenticator.checkPassword(alice, 'pw')).toEqual({ ok: true, user: alice });
    expect(await authenticator.checkToken('t', { domain: 'localhost' })).toEqual({
      ok: true,
      user: alice,
    });
    expect(asked).toEqual([
      { mechanism: 'PLAIN', user: alice, password: 'pw' },
      { mechanism: 'OAUTHBEARER', domain: 'localhost', token: 't' },
    ]);
  });

  it('says no by 401, 403 and 404', async () => {
    for (const status of [401, 403, 404]) {
      const url = await serve((_, respond) => respond(status, 'no'));
      expect(await httpAuthenticator({ url }).checkPassword(alice, 'pw')).toEqual(no);
    }
  });

  it.each([
    ['is broken', 500, ''],
    ['answers something else', 200, '{"user":"alice"}'],
    ['answers with no JID', 200, '{"jid":"@@"}'],
    ['answers no JSON', 200, 'yes'],
  ])('that %s is an operational failure', async (_, status, text) => {
    const url = await serve((__, respond) => respond(status, text));
    await expect(httpAuthenticator({ url }).checkPassword(alice, 'pw')).rejects.toThrow();
  });

  it('that does not answer in time is an operational failure', async () => {
    const url = await serve(() => undefined);
    await expect(
      httpAuthenticator({ url, timeoutMs: 20 }).checkPassword(alice, 'pw'),
    ).rejects.toThrow();
  });
});

describe('a chain', () => {
  const sayYes = callbackAuthenticator(() => Promise.resolve(alice));
  const sayNo = callbackAuthenticator(() => Promise.resolve(undefined));

  it('lets in whom one of its links lets in', async () => {
    expect(await chainAuthenticators(sayNo, sayYes).checkPassword?.(bob, 'x')).toMatchObject({
      ok: true,
    });
    expect(await chainAuthenticators(sayNo, sayNo).checkPassword?.(bob, 'x')).toEqual(no);
  });

  it('offers what its links can carry', () => {
    const scram = { verifiers: () => Promise.resolve(undefined) };
    expect(mechanismsOf(chainAuthenticators(scram))).toEqual([
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-1-PLUS',
      'SCRAM-SHA-256',
      'SCRAM-SHA-1',
    ]);
    expect(mechanismsOf(chainAuthenticators(scram, sayYes), ['PLAIN', 'SCRAM-SHA-1'])).toEqual([
      'SCRAM-SHA-1',
      'PLAIN',
    ]);
  });
});
