// The listeners beside the XMPP port, as the settings ask for them: WebSocket, direct TLS, components, proxies.

import { reservePort, XmppComponent, XmppConnection, type ReservedPort } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loginByWebSocket } from './raw-client.ts';
import { TestServer } from './test-server.ts';

const host = '127.0.0.1';
const secret = 'hush';

let server: TestServer;
let webSocket: ReservedPort;
let directTls: ReservedPort;
let component: ReservedPort;

beforeAll(async () => {
  server = await TestServer.prepare();
  [webSocket, directTls, component] = await Promise.all([
    reservePort(),
    reservePort(),
    reservePort(),
  ]);
  await server.addAccounts(['alice', 'bob']);
  await server.importLines([
    `{"jid":"alice@localhost","roster":[{"jid":"bob@localhost","subscription":"both"}]}`,
    `{"jid":"bob@localhost","roster":[{"jid":"alice@localhost","subscription":"both"}]}`,
  ]);
  await server.start({
    args: [
      ...['--listen-websocket', `${host}:${webSocket.port}`],
      ...['--listen-direct-tls', `${host}:${directTls.port}`],
      ...['--listen-component', `${host}:${component.port}`],
    ],
    env: {
      ROLLCALL_COMPONENTS: `bots.localhost=${secret}`,
      ROLLCALL_DIRECT_TLS_PROXY_PROTOCOL: 'true',
      ROLLCALL_COMPONENT_PROXY_PROTOCOL: 'true',
      ROLLCALL_WEBSOCKET_ORIGINS: 'https://chat.example.org',
      ROLLCALL_LIMITS_CONNECTIONS_PER_ADDRESS: '3',
    },
  });
});
afterAll(async () => {
  await server.remove();
  await Promise.all([webSocket, directTls, component].map((port) => port.release()));
});

const proxied = (address: string) => `PROXY TCP4 ${address} 127.0.0.1 50000 443\r\n`;

async function metric(name: string): Promise<number> {
  const text = await fetch(`${server.adminUrl}/metrics`).then((reply) => reply.text());
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

test('where it listens is said at the start', () => {
  const { output } = server.process;
  expect(output).toContain(`browsers on ws://${host}:${webSocket.port}/xmpp-websocket`);
  expect(output).toContain(`direct TLS on ${host}:${directTls.port}`);
  expect(output).toContain(`components on ${host}:${component.port}`);
  expect(output).not.toContain(secret);
});

describe('WebSocket (RFC 7395)', () => {
  test('a browser is seen by who came in by TCP, and counted', async () => {
    const bob = await server.login('bob', { resource: 'desk' });
    bob.send('<presence/>');
    const alice = await loginByWebSocket(`ws://${host}:${webSocket.port}/xmpp-websocket`, 'alice');
    alice.send(`<presence xmlns='jabber:client'><status>in a browser</status></presence>`);
    await bob.expect(`<presence from='${alice.jid}'><status>in a browser</status></presence>`);
    expect(await metric('rollcall_streams{transport="websocket"}')).toBe(1);
    expect(await metric('rollcall_bytes_received_total')).toBeGreaterThan(500);
    alice.send(`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`);
    await alice.until(/<close/);
    await bob.expect(`<presence type='unavailable' from='${alice.jid}'/>`);
    await bob.close();
  });

  test('browsers find it by host-meta (XEP-0156)', async () => {
    const url = `http://${host}:${webSocket.port}/.well-known/host-meta.json`;
    expect(await fetch(url).then((reply) => reply.json())).toEqual({
      links: [
        {
          rel: 'urn:xmpp:alt-connections:websocket',
          href: `ws://${host}:${webSocket.port}/xmpp-websocket`,
        },
      ],
    });
  });

  test('another page than those that are named is refused', async () => {
    const connection = await XmppConnection.connect({ host, port: webSocket.port });
    connection.send(
      'GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n' +
        'Connection: Upgrade\r\nSec-WebSocket-Protocol: xmpp\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://evil.example\r\n\r\n',
    );
    await connection.closed;
    expect(connection.received).toMatch(/^HTTP\/1.1 403 /);
  });
});

describe('direct TLS behind a proxy (XEP-0368)', () => {
  test('a client logs in, with the PROXY header before its handshake', async () => {
    const alice = await server.login('alice', {
      port: directTls.port,
      directTls: true,
      preamble: proxied('192.0.2.7'),
    });
    expect(await metric('rollcall_streams{transport="direct-tls"}')).toBe(1);
    await alice.ping();
    await alice.close();
  });

  test('one address cannot take everything, whatever the proxy’s is', async () => {
    const connect = (address: string) =>
      XmppConnection.connect({
        host,
        port: directTls.port,
        directTls: true,
        preamble: proxied(address),
      });
    const greedy = await Promise.all(Array.from({ length: 3 }, () => connect('192.0.2.8')));
    for (const connection of greedy) await connection.openStream('localhost');
    await expect(connect('192.0.2.8')).rejects.toThrow();
    const other = await connect('192.0.2.9');
    await other.openStream('localhost');
    await Promise.all([...greedy, other].map((connection) => connection.close()));
  });
});

describe('components (XEP-0114)', () => {
  const join = (given: string) =>
    XmppComponent.connect({
      host,
      port: component.port,
      preamble: proxied('192.0.2.10'),
      domain: 'bots.localhost',
      secret: given,
    });

  test('one that is configured connects, and gets the presence of who subscribes to it', async () => {
    const bots = await join(secret);
    expect(await metric('rollcall_components_connected')).toBe(1);
    const alice = await server.login('alice', { resource: 'desk' });
    alice.send('<presence/>');
    alice.send(`<presence to='echo@bots.localhost' type='subscribe'/>`);
    await bots.expect(
      ({ attrs }) => attrs['type'] === 'subscribe' && attrs['to'] === 'echo@bots.localhost',
    );
    bots.send(`<presence from='echo@bots.localhost' to='alice@localhost' type='subscribed'/>`);
    bots.send(`<presence from='echo@bots.localhost/1' to='alice@localhost'/>`);
    await alice.expect(`<presence from='echo@bots.localhost' type='subscribed'/>`);
    await alice.expect(`<presence from='echo@bots.localhost/1'/>`);
    await alice.close();
    await bots.close();
  });

  test('one with a wrong secret is not let in', async () => {
    await expect(join('wrong')).rejects.toThrow('not-authorized');
  });
});
