/** Listening, and why it cannot be. */
import type { Server } from 'node:net';
import { FrontEndError } from '../front-end-error.ts';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** A listener that is open. */
export interface Listener {
  /** Where it listens in fact. */
  readonly address: ListenAddress;
  /** Takes no more; those that are connected stay. */
  close(): Promise<void>;
}

const backlog = 4096;

/** Where the server listens in fact. Rejects with `front_end_cannot_listen`. */
export async function bindServer(
  server: Server,
  { host, port }: ListenAddress,
): Promise<ListenAddress> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = reasons[error.code ?? ''] ?? error.message;
      const message = `Cannot listen on ${host}:${port}: ${why}.`;
      reject(new FrontEndError('front_end_cannot_listen', message, { cause: error }));
    });
    server.listen({ host, port, backlog }, resolve);
  });
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound ? bound.port : port };
}

/** Connections stay open, so their end is not waited for; the port is free when this resolves. */
export function stopListening(server: Server): Promise<void> {
  server.close();
  return new Promise((resolve) => setImmediate(resolve));
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop what listens there, or choose another port',
  EACCES: 'this port needs more rights; choose one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
};
