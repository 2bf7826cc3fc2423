// The admin listener: health for whoever watches the process, metrics for Prometheus. It changes nothing and shows
// nothing of the users.

import { fastify } from 'fastify';
import type { Registry } from 'prom-client';
import { formatEndpoint, type Endpoint } from '../configuration/endpoint.ts';
import type { Phase, Readiness } from './readiness.ts';

export interface AdminHttp {
  /** Where it listens in fact. */
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

class ListenError extends Error {
  readonly code = 'cannot_listen';
}

export interface AdminHttpOptions {
  readonly endpoint: Endpoint;
  readonly readiness: Readiness;
  readonly registry: Registry;
}

/** Rejects with `ListenError`. */
export async function startAdminHttp(options: AdminHttpOptions): Promise<AdminHttp> {
  const { endpoint, readiness, registry } = options;
  const app = fastify({ forceCloseConnections: true });

  app.get('/healthz', () => ({ ok: true }));

  app.get('/readyz', (_request, reply) =>
    reply.code(statusCodeOf(readiness.phase)).send(readiness.phase),
  );

  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  try {
    await app.listen(endpoint);
  } catch (error) {
    throw new ListenError(sentence(endpoint, error), { cause: error });
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : endpoint.port;
  return { endpoint: { host: endpoint.host, port }, close: () => app.close() };
}

/**
 * 404 means to HAProxy (`http-check disable-on-404`) that new clients go elsewhere while those that are here may stay;
 * whoever knows no such difference takes it for what it is, not ready.
 */
function statusCodeOf(phase: Phase): number {
  if (phase.ready) return 200;
  return phase.reason === 'draining' ? 404 : 503;
}

const reasons = new Map([
  [
    'EADDRINUSE',
    'the port is in use; stop what listens there, or choose another with --listen-admin',
  ],
  ['EACCES', 'this port needs more rights; choose one above 1023'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'the host name is not known'],
]);

function sentence(endpoint: Endpoint, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `Cannot listen on ${formatEndpoint(endpoint)}: ${reasons.get(code ?? '') ?? message}.`;
}
