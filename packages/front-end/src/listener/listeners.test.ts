import { X509Certificate } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import { scramClient } from '../../test/scram-client.ts';
import { TextClient } from '../../test/text-client.ts';
import { WebSocketClient } from '../../test/web-socket-client.ts';
import { makeWorld, type World, type WorldOptions } from '../../test/world.ts';
import { selfSignedCertificate } from '../index.ts';

const local = { host: '127.0.0.1', port: 0 };
const home = 'alice@localhost/home';

const running: World[] = [];

function world(options: WorldOptions = {}): World {
  const made = makeWorld(options);
  running.push(made);
  return made;
}

afterEach(async () => {
  for (const { frontEnd, timers } of running.splice(0)) {
    const stopped = frontEnd.stop(1000);
    await new Promise(setImmediate);
    timers.advance(2000);
    await stopped;
  }
});

async function certificate() {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-'));
  return selfSignedCertificate({ domains: ['localhost'], directory, nowMs: Date.now() });
}

describe('direct TLS (XEP-0368)', () => {
  it('speaks TLS from the first byte, with ALPN', async () => {
    const { frontEnd } = world({ tls: await certificate(), cleartextAuth: false });
    const { address } = await frontEnd.listenTls(local);
    const socket = connectTls({
      port: address.port,
      ALPNProtocols: ['xmpp-client'],
      rejectUnauthorized: false,
    });
    const alice = new TextClient(socket);
    const features = await alice.open();
    expect(socket.alpnProtocol).toBe('xmpp-client');
    expect(features).not.toContain('starttls');
    expect(features).toContain('SCRAM-SHA-256-PLUS');
    expect(await alice.plain('alice', 'alice-pw')).toContain('<success');
    socket.destroy();
  });

  it.each([
    ['TLSv1.3', 'tls-exporter'],
    ['TLSv1.2', 'tls-unique'],
  ] as const)(
    'announces for %s the one channel binding that it has: %s (XEP-0440)',
    async (version, type) => {
      const { frontEnd } = world({ tls: await certificate() });
      const { address } = await frontEnd.listenTls(local);
      const { port } = address;
      const minVersion = version;
      const first = connectTls({
        port,
        minVersion,
        maxVersion: version,
        rejectUnauthorized: false,
      });
      const alice = new TextClient(first);
      const features = await alice.open();
      expect(features).toContain(
        `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='${type}'/></sasl-channel-binding>`,
      );
      const session = first.getSession();
      first.destroy();
      if (version === 'TLSv1.3' || !session) return;
      const resumed = connectTls({ port, maxVersion: version, session, rejectUnauthorized: false });
      const again = await new TextClient(resumed).open();
      expect(resumed.isSessionReused()).toBe(true);
      expect(again).toContain('SCRAM-SHA-256<');
      expect(again).not.toContain('-PLUS');
      resumed.destroy();
    },
  );

  it('binds the login to the client’s Finished message below TLS 1.3 (RFC 5929 §3)', async () => {
    const { frontEnd } = world({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(local);
    const maxVersion = 'TLSv1.2';
    const socket = connectTls({ port: address.port, maxVersion, rejectUnauthorized: false });
    const alice = new TextClient(socket);
    await alice.open();
    const finished = socket.getFinished() ?? Buffer.alloc(0);
    const gs2Header = 'p=tls-unique,,';
    const client = scramClient({
      name: 'alice',
      password: 'alice-pw',
      hash: 'sha256',
      gs2Header,
      bindingData: finished,
    });
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    alice.send(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256-PLUS'>${encoded(client.first)}</auth>`,
    );
    const challenge = /<challenge[^>]*>([^<]*)</.exec(await alice.until('</challenge>'))?.[1] ?? '';
    const final = client.final(Buffer.from(challenge, 'base64').toString());
    alice.send(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${encoded(final)}</response>`);
    expect(await alice.until(/<(success|failure)/)).toContain('<success');
    socket.destroy();
  });

  it('cuts those who speak something else', async () => {
    const { frontEnd } = world({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(local);
    const alice = new TextClient(connect(address.port, address.host));
    alice.send("<?xml version='1.0'?><stream:stream xmlns='jabber:client'>");
    await alice.closed();
    expect(frontEnd.stats()).toMatchObject({ tlsFailures: 1, connections: 0 });
  });

  it('needs a certificate', async () => {
    await expect(world().frontEnd.listenTls(local)).rejects.toMatchObject({
      code: 'front_end_misconfigured',
    });
  });

  it('gives new connections the newest certificate', async () => {
    const [older, newer] = await Promise.all([certificate(), certificate()]);
    const { frontEnd } = world({ tls: older });
    const { address } = await frontEnd.listenTls(local);
    frontEnd.setSecureContext(newer);
    const socket = connectTls({ port: address.port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const { fingerprint256 } = new X509Certificate(newer.cert);
    const shown = socket.getPeerX509Certificate()?.fingerprint256;
    socket.destroy();
    expect(shown).toBe(fingerprint256);
  });
});

describe('behind a proxy (PROXY protocol)', () => {
  const proxied = { ...local, proxyProtocol: true };

  it('counts and logs the client’s own address, and asks for TLS of those from afar', async () => {
    const { frontEnd, logged } = world({ tls: await certificate(), cleartextAuth: false });
    const { address } = await frontEnd.listenTcp(proxied);
    const alice = new TextClient(connect(address.port, address.host));
    alice.send('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5222\r\n');
    expect(await alice.open()).toContain('<required/>');
    expect(logged).toContainEqual(
      expect.objectContaining({ event: 'connection_accepted', address: '192.0.2.7' }),
    );
    alice.stream.destroy();
  });

  it('takes header and first words in one piece', async () => {
    const { frontEnd } = world();
    const { address } = await frontEnd.listenTcp(proxied);
    const alice = new TextClient(connect(address.port, address.host));
    alice.stream.cork();
    alice.send('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5222\r\n');
    const opened = alice.open();
    alice.stream.uncork();
    expect(await opened).toContain('<stream:features>');
    alice.stream.destroy();
  });

  it('takes header and TLS handshake in one piece', async () => {
    const { frontEnd } = world({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(proxied);
    const plain = connect(address.port, address.host);
    plain.cork();
    plain.write('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5223\r\n');
    const alice = new TextClient(connectTls({ socket: plain, rejectUnauthorized: false }));
    const opened = alice.open();
    setImmediate(() => plain.uncork());
    expect(await opened).toContain('<stream:features>');
    alice.stream.destroy();
  });

  it('cuts those who come without a header, and those who never finish one', async () => {
    const { frontEnd, timers } = world();
    const { address } = await frontEnd.listenTcp(proxied);
    const direct = new TextClient(connect(address.port, address.host));
    direct.send('<?xml version="1.0"?>');
    await direct.closed();
    const slow = new TextClient(connect(address.port, address.host));
    await new Promise<void>((resolve) => slow.stream.write('PROXY TC', () => resolve()));
    while (timers.pending === 0) await new Promise(setImmediate);
    timers.advance(5001);
    await slow.closed();
    expect(frontEnd.stats().connectionsAccepted).toBe(0);
  });
});

describe('WebSocket (RFC 7395)', () => {
  it('logs in, sends and receives one element a message', async () => {
    const { frontEnd, gate } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const alice = await WebSocketClient.connect(`ws://127.0.0.1:${address.port}/xmpp-websocket`);
    await alice.login('alice', 'alice-pw', 'home');
    alice.send("<presence xmlns='jabber:client'/>");
    const { receiver } = gate.at(home);
    receiver.deliver(presenceFrom('bob@localhost/a'));
    receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    expect(await alice.next()).toBe(
      "<presence from='bob@localhost/a' xmlns='jabber:client' to='alice@localhost/home'/>",
    );
    expect(await alice.next()).toMatch(/^<message [^>]*xmlns='jabber:client'.*hi.*<\/message>$/);
    alice.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    expect(await alice.next()).toBe("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    await alice.closed;
    expect(gate.opened[0]?.received).toMatchObject([{ kind: 'presence' }]);
    expect(gate.size).toBe(0);
  });

  it.each([
    [
      'two elements in one message',
      "<presence xmlns='jabber:client'/><presence xmlns='jabber:client'/>",
    ],
    ['half an element', "<presence xmlns='jabber:client'>"],
    ['a message that is binary (§3.2)', Buffer.from("<presence xmlns='jabber:client'/>")],
  ])('ends on %s', async (_, message) => {
    const { frontEnd, gate } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const alice = await WebSocketClient.connect(`ws://127.0.0.1:${address.port}/xmpp-websocket`);
    await alice.login('alice', 'alice-pw', 'home');
    alice.send(message);
    expect(await alice.next()).toMatch(/^<stream:error xmlns:stream=/);
    await alice.closed;
    expect(gate.opened[0]?.ended).toBe(true);
  });

  it('tells newest presence only to a client that does not read', async () => {
    const { frontEnd, gate } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const alice = await WebSocketClient.connect(`ws://127.0.0.1:${address.port}/xmpp-websocket`);
    await alice.login('alice', 'alice-pw', 'home');
    alice.pause();
    const { receiver } = gate.at(home);
    while (frontEnd.stats().queuedStanzas === 0) {
      receiver.deliver(messageFrom('bob@localhost/a', 'x'.repeat(50_000)));
      await new Promise(setImmediate);
    }
    for (let i = 0; i < 100; i++)
      receiver.deliver(presenceFrom('bob@localhost/a', `<status>${i}</status>`));
    expect(frontEnd.stats().presencesCoalesced).toBe(99);
    alice.resume();
    let message = await alice.next();
    while (!message.startsWith('<presence')) message = await alice.next();
    expect(message).toContain('<status>99<');
  });

  it('is refused without the subprotocol and elsewhere', async () => {
    const { frontEnd } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const statusOf = (path: string, protocols: string[]) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${address.port}${path}`, protocols);
        socket.on('unexpected-response', (_, response) => {
          resolve(response.statusCode);
          response.destroy();
        });
        socket.on('error', () => undefined);
      });
    expect(await statusOf('/xmpp-websocket', ['chat'])).toBe(400);
    expect(await statusOf('/elsewhere', ['xmpp'])).toBe(404);
  });

  it('is kept awake by pings, whose pongs are signs of life', async () => {
    const { frontEnd, timers, gate } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const alice = await WebSocketClient.connect(`ws://127.0.0.1:${address.port}/xmpp-websocket`);
    await alice.login('alice', 'alice-pw', 'home');
    for (let minutes = 0; minutes < 12; minutes += 2) {
      const pinged = alice.pinged();
      timers.advance(122_000);
      await pinged;
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    expect(gate.at(home).ended).toBe(false);
    expect(alice.unread).toBe(0);
  });

  it('tells those who are turned away why, in whole messages', async () => {
    const { frontEnd } = world({ limits: { connections: 1 } });
    const { address } = await frontEnd.listenWebSocket(local);
    const url = `ws://127.0.0.1:${address.port}/xmpp-websocket`;
    await WebSocketClient.connect(url);
    const second = await WebSocketClient.connect(url);
    expect(await second.next()).toMatch(/^<open /);
    expect(await second.next()).toMatch(/^<stream:error [^>]*><resource-constraint/);
    expect(await second.next()).toMatch(/^<close /);
    await second.closed;
  });

  it('can be handed over by a gateway that has its own listener', async () => {
    const { frontEnd } = world();
    const { address } = await frontEnd.listenWebSocket(local);
    const dead = new WebSocket(`ws://127.0.0.1:${address.port}/xmpp-websocket`, ['xmpp']);
    expect(() => frontEnd.handleWebSocket(dead)).toThrow(
      expect.objectContaining({ code: 'front_end_stream_dead' }),
    );
    await new Promise((resolve) => dead.once('open', resolve));
    dead.terminate();
  });
});

describe('WebSocket of web pages and proxies', () => {
  function attempt(port: number, origin?: string): Promise<string> {
    const url = `ws://127.0.0.1:${port}/xmpp-websocket`;
    const socket = new WebSocket(url, ['xmpp'], origin === undefined ? {} : { origin });
    return new Promise((resolve) => {
      socket.on('open', () => {
        resolve('open');
        socket.terminate();
      });
      socket.on('unexpected-response', (_, response) => {
        resolve(String(response.statusCode));
        response.destroy();
      });
      socket.on('error', () => undefined);
    });
  }

  it('is for the pages that are named, and for what is no browser (RFC 6455 §10.2)', async () => {
    const { frontEnd } = world();
    const origins = ['https://chat.example.org'];
    const { address } = await frontEnd.listenWebSocket({ ...local, origins });
    expect(await attempt(address.port, 'https://chat.example.org')).toBe('open');
    expect(await attempt(address.port)).toBe('open');
    expect(await attempt(address.port, 'https://evil.example')).toBe('403');
    expect(await attempt(address.port, 'http://chat.example.org')).toBe('403');
  });

  it('counts the client’s own address behind a PROXY header, in one piece with the request or not', async () => {
    const { frontEnd, logged } = world();
    const { address } = await frontEnd.listenWebSocket({ ...local, proxyProtocol: true });
    const request =
      'GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Protocol: xmpp\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    for (const [from, parts] of [
      ['192.0.2.7', [`PROXY TCP4 192.0.2.7 127.0.0.1 50000 5280\r\n${request}`]],
      ['192.0.2.8', ['PROXY TCP4 192.0.2.8 127.0.0.1 ', '50000 5280\r\n', request]],
    ] as const) {
      const client = new TextClient(connect(address.port, address.host));
      for (const part of parts)
        await new Promise<void>((resolve) => client.stream.write(part, () => resolve()));
      await client.until('101 Switching Protocols');
      expect(logged).toContainEqual(
        expect.objectContaining({ event: 'connection_accepted', address: from }),
      );
      client.stream.destroy();
    }
    const direct = new TextClient(connect(address.port, address.host));
    direct.send(request);
    await direct.closed();
    expect(frontEnd.stats().connectionsAccepted).toBe(2);
  });
});

describe('host-meta (XEP-0156)', () => {
  it('tells browsers where the WebSocket is', async () => {
    const { frontEnd } = world();
    const { address } = await frontEnd.listenWebSocket({ ...local, behindProxy: true });
    const base = `http://127.0.0.1:${address.port}`;
    const headers = { 'x-forwarded-proto': 'https' };
    const json = await fetch(`${base}/.well-known/host-meta.json`, { headers });
    expect(json.headers.get('access-control-allow-origin')).toBe('*');
    expect(await json.json()).toEqual({
      links: [
        {
          rel: 'urn:xmpp:alt-connections:websocket',
          href: `wss://127.0.0.1:${address.port}/xmpp-websocket`,
        },
      ],
    });
    const xrd = await (await fetch(`${base}/.well-known/host-meta`)).text();
    expect(xrd).toContain(`href='ws://127.0.0.1:${address.port}/xmpp-websocket'`);
    expect((await fetch(`${base}/elsewhere`)).status).toBe(404);
  });
});
