/** Listens for TCP connections, behind a proxy or not. What is done with each is the caller's. */
import { createServer, type Socket } from 'node:net';
import type { Timers } from '@rollcall/store';
import { bindServer, stopListening, type ListenAddress, type Listener } from './listening.ts';
import { plainAddress } from './peer-address.ts';
import { awaitProxyHeader, type Origin } from './proxied-socket.ts';

/** A TCP listener, plain or behind a proxy that tells the client's address. */
export interface TcpListening extends ListenAddress {
  /**
   * A proxy in front writes a PROXY header, version 1 or 2, on each connection. Only where nobody else can connect:
   * the header is believed.
   */
  readonly proxyProtocol?: boolean;
}

/** Rejects with `front_end_cannot_listen`. */
export async function listenForTcp(
  { proxyProtocol = false, ...wanted }: TcpListening,
  timers: Timers,
  accept: (socket: Socket, origin: Origin) => void,
): Promise<Listener> {
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    if (proxyProtocol) awaitProxyHeader(socket, timers, (origin) => accept(socket, origin));
    else accept(socket, { address: plainAddress(socket.remoteAddress), secure: false });
  });
  const address = await bindServer(server, wanted);
  return { address, close: () => stopListening(server) };
}
