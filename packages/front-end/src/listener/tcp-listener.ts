/** Listens for connections of a kind. What is done with each is the caller's. */
import { createServer, type Server, type Socket } from 'node:net';
import { FrontEndError } from '../front-end-error.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface Listener {
  /** Where it listens in fact. */
  readonly address: ListenAddress;
  /** Takes no more; those that are connected stay. */
  close(): Promise<void>;
}

/** Rejects with `front_end_cannot_listen`. */
export async function listenOn(
  wanted: ListenAddress,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const server = createServer({ noDelay: true, keepAlive: true }, accept);
  await listening(server, wanted);
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : wanted.port;
  return {
    address: { host: wanted.host, port },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = reasons[error.code ?? ''] ?? error.message;
      const message = `Cannot listen on ${host}:${port}: ${why}.`;
      reject(new FrontEndError('front_end_cannot_listen', message, { cause: error }));
    });
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop what listens there, or choose another port',
  EACCES: 'this port needs more rights; choose one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
};
