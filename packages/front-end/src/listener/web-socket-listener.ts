/** Listens for WebSockets (RFC 7395), and tells browsers where to find them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { hostMeta } from './host-meta.ts';
import { bindServer, stopListening, type ListenAddress, type Listener } from './listening.ts';
import { plainAddress } from './peer-address.ts';
import type { Origin } from './proxied-socket.ts';

export interface WebSocketListening extends ListenAddress {
  /** Default `/xmpp-websocket`. */
  readonly path?: string;
  /**
   * A proxy in front ends TLS and says for whom it speaks (`X-Forwarded-For`, `X-Forwarded-Proto`). Only where nobody
   * else can connect: the headers are believed.
   */
  readonly behindProxy?: boolean;
  /** What host-meta tells, where it is not the host that was asked. */
  readonly publicUrl?: string;
}

export interface WebSocketArrival {
  readonly socket: WebSocket;
  readonly below: Duplex;
  readonly origin: Origin;
}

const headersTimeoutMs = 10_000;

/** Rejects with `front_end_cannot_listen`. Messages above `maxBytes` close the WebSocket. */
export async function listenForWebSockets(
  { path = '/xmpp-websocket', behindProxy = false, publicUrl, ...wanted }: WebSocketListening,
  maxBytes: number,
  accept: (arrival: WebSocketArrival) => void,
): Promise<Listener> {
  const http = createServer((request, response) => {
    const origin = originOf(request, behindProxy);
    answer(request, response, publicUrl ?? urlOf(request, origin, path));
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
    const refusal = refusalOf(request, path);
    if (refusal !== undefined) {
      below.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const origin = originOf(request, behindProxy);
    webSockets.handleUpgrade(request, below, head, (socket) => accept({ socket, below, origin }));
  });
  const address = await bindServer(http, wanted);
  return {
    address,
    close: () => {
      http.closeIdleConnections();
      return stopListening(http);
    },
  };
}

function refusalOf({ url = '', headers }: IncomingMessage, path: string): string | undefined {
  if (url.split('?')[0] !== path) return '404 Not Found';
  const offered = headers['sec-websocket-protocol'] ?? '';
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  // RFC 7395 §3.1
  return protocols.includes('xmpp') ? undefined : '400 Bad Request';
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

function originOf({ socket, headers }: IncomingMessage, behindProxy: boolean): Origin {
  const peer = plainAddress(socket.remoteAddress);
  if (!behindProxy) return { address: peer, secure: false };
  const forwarded = headerOf(headers['x-forwarded-for']).split(',').at(-1)?.trim();
  return {
    address: forwarded ? plainAddress(forwarded) : peer,
    secure: headerOf(headers['x-forwarded-proto']) === 'https',
  };
}

function headerOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}
