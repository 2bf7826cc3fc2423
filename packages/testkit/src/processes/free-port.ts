// Ports for servers that have to be told their port before they start.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Below the range that systems give to outgoing connections, so that none of those takes a port in between. */
const lowestPort = 20_000;
const highestPort = 30_000;

export interface ReservedPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * A port on 127.0.0.1 that is free, and that no other user of this function gets until it is released. The port
 * above it is kept open as the sign of that; it belongs to nobody else, because only even ports are given out.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (;;) {
    const port = randomInt(lowestPort / 2, highestPort / 2) * 2;
    const sign = await listenIfFree(port + 1);
    if (sign === undefined) continue;
    const probe = await listenIfFree(port);
    if (probe !== undefined) {
      await close(probe);
      return { port, release: () => close(sign) };
    }
    await close(sign);
  }
}

function listenIfFree(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') resolve(undefined);
      else reject(cause);
    });
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
