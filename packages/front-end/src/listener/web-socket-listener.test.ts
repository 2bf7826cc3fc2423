import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import { stoppingWorld } from '../../test/stopping-world.ts';
import { TextClient } from '../../test/text-client.ts';
import { WebSocketClient } from '../../test/web-socket-client.ts';

const local = { host: '127.0.0.1', port: 0 };
const home = 'alice@localhost/home';

describe('WebSocket (RFC 7395)', () => {
  it('logs in, sends and receives one element a message', async () => {
    const { frontEnd, gate } = stoppingWorld();
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
    const { frontEnd, gate } = stoppingWorld();
    const { address } = await frontEnd.listenWebSocket(local);
    const alice = await WebSocketClient.connect(`ws://127.0.0.1:${address.port}/xmpp-websocket`);
    await alice.login('alice', 'alice-pw', 'home');
    alice.send(message);
    expect(await alice.next()).toMatch(/^<stream:error xmlns:stream=/);
    await alice.closed;
    expect(gate.opened[0]?.ended).toBe(true);
  });

  it('tells newest presence only to a client that does not read', async () => {
    const { frontEnd, gate } = stoppingWorld();
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
    const { frontEnd } = stoppingWorld();
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
    const { frontEnd, timers, gate } = stoppingWorld();
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
    const { frontEnd } = stoppingWorld({ limits: { connections: 1 } });
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
    const { frontEnd } = stoppingWorld();
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
    const { frontEnd } = stoppingWorld();
    const origins = ['https://chat.example.org'];
    const { address } = await frontEnd.listenWebSocket({ ...local, origins });
    expect(await attempt(address.port, 'https://chat.example.org')).toBe('open');
    expect(await attempt(address.port)).toBe('open');
    expect(await attempt(address.port, 'https://evil.example')).toBe('403');
    expect(await attempt(address.port, 'http://chat.example.org')).toBe('403');
  });

  it('counts the client’s own address behind a PROXY header, in one piece with the request or not', async () => {
    const { frontEnd, logged } = stoppingWorld();
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
    const { frontEnd } = stoppingWorld();
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
