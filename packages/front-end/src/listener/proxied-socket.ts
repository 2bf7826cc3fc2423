/** Reads the PROXY header off a socket before anything else sees it. */
import type { Socket } from 'node:net';
import type { Timers } from '@rollcall/store';
import { plainAddress } from './peer-address.ts';
import { readProxyHeader } from './proxy-header.ts';

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
  // Read now: a socket that has closed meanwhile no longer knows.
  const peer = plainAddress(socket.remoteAddress);
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
    const { address, secure } = header;
    accept({ address: address === undefined ? peer : plainAddress(address), secure });
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
