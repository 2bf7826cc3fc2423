// A running server's end of the control socket.

import { Readable } from 'node:stream';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { ImportedUser } from '@rollcall/cluster';
import { parseBareJid, type BareJid } from '@rollcall/xmpp';
import { formatUserLine, parseUserLine } from '../transfer/user-line.ts';
import type { Administration } from './administration.ts';
import { linesType, maxBodyBytes, routes, type ServerStatus } from './control-protocol.ts';
import { listenOn, socketPathIn } from './control-socket.ts';

export interface ControlServer {
  close(): Promise<void>;
}

export interface ControlServerOptions {
  readonly directory: string;
  readonly administration: Administration;
  readonly status: () => Promise<ServerStatus>;
  readonly log: Logger;
}

/** Rejects with `ControlSocketError`. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { directory, administration, log } = options;
  const app = fastify({ bodyLimit: maxBodyBytes, forceCloseConnections: true });
  app.addContentTypeParser(linesType, { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, _request, reply) => refuse(reply, error, log));
  serveUsers(app, administration);
  serveTransfers(app, administration);
  app.get(routes.status, options.status);
  app.post<{ Querystring: { repair?: string } }>(routes.audit, (request, reply) => {
    const repair = request.query.repair === 'true';
    return stream(reply, administration.audit({ repair }), (event) => JSON.stringify(event));
  });
  await app.ready();
  const socket = await socketPathIn(directory);
  try {
    await listenOn(app.server, directory, socket.path);
  } catch (error) {
    await socket.release();
    throw error;
  }
  return {
    async close() {
      await app.close();
      await socket.release();
    },
  };
}

function serveUsers(app: FastifyInstance, administration: Administration): void {
  app.get(routes.users, (_request, reply) => stream(reply, administration.listUsers(), String));

  app.post<{ Body: string }>(routes.users, async (request, reply) => {
    const [user] = usersIn(request.body);
    if (user?.credentials === undefined)
      throw new BadRequest('one user with verifiers is expected');
    const outcome = await administration.createUser(user.jid, user.credentials);
    return reply.code(outcome === 'created' ? 201 : 409).send({ code: outcome, message: outcome });
  });

  app.delete<{ Params: { jid: string } }>(`${routes.users}/:jid`, async (request, reply) => {
    const removed = await administration.removeUser(bareJidIn(request.params.jid));
    return removed
      ? reply.code(204).send()
      : reply.code(404).send({ code: 'unknown', message: '' });
  });
}

function serveTransfers(app: FastifyInstance, administration: Administration): void {
  app.post<{ Body: string }>(routes.import, async (request) => {
    const problems = await administration.importUsers(usersIn(request.body));
    return { problems: problems.map((problem) => problem ?? null) };
  });

  app.get(routes.export, (_request, reply) =>
    stream(reply, administration.exportUsers(), ({ jid, credentials, roster }) =>
      formatUserLine({ jid, verifiers: credentials, roster }),
    ),
  );
}

/** The other end is a Rollcall command that does not know this version's protocol, or no Rollcall command. */
class BadRequest extends Error {
  readonly code = 'bad_request';
  readonly statusCode = 400;
}

function usersIn(body: string): readonly ImportedUser[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = parseUserLine(line);
      if (!parsed.ok) throw new BadRequest(parsed.problem);
      const { jid, verifiers, roster } = parsed.value;
      return { jid, roster, ...(verifiers === undefined ? {} : { credentials: verifiers }) };
    });
}

function bareJidIn(text: string): BareJid {
  const jid = parseBareJid(text);
  if (!jid.ok) throw new BadRequest(jid.problem);
  return jid.value;
}

function stream<T>(
  reply: FastifyReply,
  items: AsyncIterable<T>,
  lineOf: (item: T) => string,
): FastifyReply {
  const lines = async function* () {
    for await (const item of items) yield `${lineOf(item)}\n`;
  };
  return reply.type(linesType).send(Readable.from(lines()));
}

/** Errors with a code are made for people; the others are ours to find in the log. */
function refuse(reply: FastifyReply, error: unknown, log: Logger): void {
  const known = error instanceof Error && 'code' in error;
  const code = known ? String(error.code) : 'internal';
  const statusCode = known && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (statusCode >= 500) log.warn({ event: 'control_request_failed', code, err: error });
  const message = known ? error.message : 'The server failed; its log says why.';
  // The type of lines may have been set already.
  void reply.code(statusCode).type('application/json').send({ code, message });
}
