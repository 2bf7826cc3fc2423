/** Reads the PROXY header off a socket before anything else sees it. */
import type { Socket } from 'node:net';
import type { Timers } from '@rollcall/store';
import { plainAddress } from './peer-address.ts';
import { readProxyHeader, type ProxyHeader } from './proxy-header.ts';

/** Whom a socket is from in truth. */
export interface Origin {
  readonly address: string;
  readonly secure: boolean;
}

/** Proxies write their header at once. */
const headerTimeoutMs = 5000;

/** Calls back once with the header read off; a socket without a good one is cut. */
export function awaitProxyHeader(
  socket: Socket,
  timers: Timers,
  accept: (origin: Origin) => void,
): void {
  let bytes = Buffer.alloc(0);
  const cut = (): void => {
    socket.destroy();
  };
  const cancel = timers.setTimeout(cut, headerTimeoutMs);
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const header = readProxyHeader(bytes);
    if (header.kind === 'incomplete') return;
    if (header.kind === 'malformed') {
      cut();
      return;
    }
    stop();
    socket.pause();
    if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length));
    accept(originOf(header, socket));
  };
  const stop = (): void => {
    cancel();
    socket.off('data', onData);
    socket.off('error', cut);
    socket.off('close', stop);
  };
  socket.on('data', onData);
  socket.on('error', cut);
  socket.on('close', stop);
}

function originOf(
  { address, secure }: Extract<ProxyHeader, { readonly kind: 'complete' }>,
  { remoteAddress }: Socket,
): Origin {
  return { address: plainAddress(address ?? remoteAddress), secure };
}
