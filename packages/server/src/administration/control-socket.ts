// The Unix socket in the data directory, on which a running server takes its operator's orders. Who may write to the
// directory's owner's files may give them; nobody else can connect (mode 0600). It also marks the directory as taken:
// one server to a directory.

import { once } from 'node:events';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { OperationalError } from '@rollcall/store';

const socketName = 'control.sock';

/** `sun_path` has 108 bytes on Linux and 104 elsewhere, with the zero at its end. */
const maxPathBytes = process.platform === 'linux' ? 107 : 103;

class ControlSocketError extends OperationalError<'directory_in_use' | 'path_too_long'> {
  override readonly name = 'ControlSocketError';
}

/** A path that a socket address can hold. Good until `release`. */
export interface SocketPath {
  readonly path: string;
  release(): Promise<void>;
}

/** Long paths are entered through the directory's descriptor, where the system has such a way. */
export async function socketPathIn(directory: string): Promise<SocketPath> {
  const path = join(resolve(directory), socketName);
  if (Buffer.byteLength(path) <= maxPathBytes) return { path, release: () => Promise.resolve() };
  if (process.platform !== 'linux')
    throw new ControlSocketError(
      'path_too_long',
      `The path of the data directory is too long for a socket: ${path} has ${Buffer.byteLength(path)} bytes, ` +
        `${maxPathBytes} are possible. Name a directory with a shorter path.`,
    );
  const handle = await open(directory, 'r');
  return { path: `/proc/self/fd/${handle.fd}/${socketName}`, release: () => handle.close() };
}

/** Binds the socket. Rejects with `directory_in_use` if a server has it; the remains of one that died are removed. */
export async function listenOn(server: Server, directory: string, path: string): Promise<void> {
  if (await binds(server, path)) return;
  if (!(await answers(path))) {
    await clearRemains(path);
    if (await binds(server, path)) return;
  }
  throw new ControlSocketError(
    'directory_in_use',
    `Another Rollcall server runs on the data in ${directory}; stop it, or name another directory with --data.`,
  );
}

async function binds(server: Server, path: string): Promise<boolean> {
  // Node binds before `listen` returns: the file never exists with a wider mode.
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  try {
    await once(server, 'listening');
    chmodSync(path, 0o600);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Whether a server listens there. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Of two servers that start at once, one may find that the other has bound since it looked. */
async function clearRemains(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (await answers(aside)) renameSync(aside, path);
  else rmSync(aside);
}
