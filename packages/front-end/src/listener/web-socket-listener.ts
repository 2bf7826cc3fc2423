/** Listens for WebSockets (RFC 7395), and tells browsers where to find them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '@rollcall/store';
import { WebSocketServer, type WebSocket } from 'ws';
import { hostMeta } from './host-meta.ts';
import { bindServer, stopListening, type Listener } from './listening.ts';
import { plainAddress } from './peer-address.ts';
import { awaitProxyHeader, type Origin } from './proxied-socket.ts';
import type { WebSocketListening } from './web-socket-listening.ts';

export interface WebSocketArrival {
  readonly socket: WebSocket;
  readonly below: Duplex;
  readonly origin: Origin;
}

const standardPath = '/xmpp-websocket';
const headersTimeoutMs = 10_000;

/** Rejects with `front_end_cannot_listen`. Messages above `maxBytes` close the WebSocket. */
export async function listenForWebSockets(
  listening: WebSocketListening,
  { maxBytes, timers }: { readonly maxBytes: number; readonly timers: Timers },
  accept: (arrival: WebSocketArrival) => void,
): Promise<Listener> {
  const { path = standardPath, publicUrl, origins } = listening;
  const whence = new Whence(listening.behindProxy ?? false);
  const http = createServer((request, response) => {
    answer(request, response, publicUrl ?? urlOf(request, whence.of(request), path));
  });
  http.headersTimeout = headersTimeoutMs;
  http.requestTimeout = headersTimeoutMs;
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('xmpp') ? 'xmpp' : false),
  });
  http.on('upgrade', (request, below, head) => {
    below.on('error', () => below.destroy());
    const refusal = refusalOf(request, path, origins);
    if (refusal !== undefined) {
      below.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const origin = whence.of(request);
    webSockets.handleUpgrade(request, below, head, (socket) => accept({ socket, below, origin }));
  });
  if (listening.proxyProtocol === true) readProxyHeaders(http, timers, whence);
  const address = await bindServer(http, listening);
  return {
    address,
    close: () => {
      http.closeIdleConnections();
      return stopListening(http);
    },
  };
}

/** HTTP is not begun on a connection before its header has been read off. */
function readProxyHeaders(http: Server, timers: Timers, whence: Whence): void {
  const begin = http.listeners('connection');
  http.removeAllListeners('connection');
  http.on('connection', (socket) =>
    awaitProxyHeader(socket, timers, (origin) => {
      whence.note(socket, origin);
      for (const listener of begin) listener.call(http, socket);
      socket.resume();
    }),
  );
}

/** Whom a request is from: by what the web proxy says, or by the connection that it came on. */
class Whence {
  readonly #behindProxy: boolean;
  readonly #connections = new WeakMap<Socket, Origin>();

  constructor(behindProxy: boolean) {
    this.#behindProxy = behindProxy;
  }

  note(socket: Socket, origin: Origin): void {
    this.#connections.set(socket, origin);
  }

  of({ socket, headers }: IncomingMessage): Origin {
    const connection = this.#connections.get(socket) ?? {
      address: plainAddress(socket.remoteAddress),
      secure: false,
    };
    if (!this.#behindProxy) return connection;
    const forwarded = headerOf(headers['x-forwarded-for']).split(',').at(-1)?.trim();
    return {
      address: forwarded ? plainAddress(forwarded) : connection.address,
      secure: headerOf(headers['x-forwarded-proto']) === 'https',
    };
  }
}

function refusalOf(
  { url = '', headers }: IncomingMessage,
  path: string,
  origins: readonly string[] | undefined,
): string | undefined {
  if (url.split('?')[0] !== path) return '404 Not Found';
  const offered = headers['sec-websocket-protocol'] ?? '';
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  // RFC 7395 §3.1
  if (!protocols.includes('xmpp')) return '400 Bad Request';
  const { origin } = headers;
  // RFC 6455 §10.2
  const isForeign = origin !== undefined && origins?.includes(origin) === false;
  return isForeign ? '403 Forbidden' : undefined;
}

function answer(request: IncomingMessage, response: ServerResponse, url: string): void {
  const document = hostMeta(request.url?.split('?')[0] ?? '', url);
  if (!document || request.method !== 'GET') {
    response.writeHead(document ? 405 : 404).end();
    return;
  }
  const { contentType, body } = document;
  response.writeHead(200, { 'content-type': contentType, 'access-control-allow-origin': '*' });
  response.end(body);
}

function urlOf({ headers }: IncomingMessage, { secure }: Origin, path: string): string {
  return `${secure ? 'wss' : 'ws'}://${headers.host ?? 'localhost'}${path}`;
}

function headerOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}
