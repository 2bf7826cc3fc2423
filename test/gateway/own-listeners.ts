// A gateway's own listeners, as others have them: it accepts sockets and WebSockets, and hands them over.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export const host = '127.0.0.1';

const portOf = (server: { address(): AddressInfo | string | null }) =>
  (server.address() as AddressInfo).port;

export class OwnListeners {
  readonly #tcp = createTcpServer();
  readonly #http: Server = createServer();
  readonly #webSockets = new WebSocketServer({ server: this.#http });

  async open(): Promise<this> {
    this.#tcp.listen(0, host);
    this.#http.listen(0, host);
    await Promise.all([once(this.#tcp, 'listening'), once(this.#http, 'listening')]);
    return this;
  }

  /** Both ends of a new connection: the client's, and the gateway's. */
  async socket(): Promise<readonly [client: Socket, accepted: Socket]> {
    const arrival = once(this.#tcp, 'connection') as Promise<[Socket]>;
    const client = connect(portOf(this.#tcp), host);
    const [[accepted]] = await Promise.all([arrival, once(client, 'connect')]);
    client.on('error', () => undefined);
    return [client, accepted];
  }

  async webSocket(): Promise<readonly [client: WebSocket, accepted: WebSocket]> {
    const arrival = once(this.#webSockets, 'connection') as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://${host}:${portOf(this.#http)}`, 'xmpp');
    const [[accepted]] = await Promise.all([arrival, once(client, 'open')]);
    client.on('error', () => undefined);
    return [client, accepted];
  }

  /** The bytes below a WebSocket, for a client that breaks the framing. */
  async rawWebSocket(): Promise<readonly [client: Socket, accepted: WebSocket]> {
    const arrival = once(this.#webSockets, 'connection') as Promise<[WebSocket]>;
    const client = connect(portOf(this.#http), host);
    client.on('error', () => undefined);
    client.write(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Protocol: xmpp\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [[accepted]] = await Promise.all([arrival, once(client, 'data')]);
    return [client, accepted];
  }

  async close(): Promise<void> {
    this.#webSockets.close();
    this.#tcp.close();
    this.#http.close();
    await Promise.all([once(this.#tcp, 'close'), once(this.#http, 'close')]);
  }
}
