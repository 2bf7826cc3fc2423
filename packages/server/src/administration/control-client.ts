// The commands' end of a running server's control socket.

import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AuditEvent, ExportedUser } from '@rollcall/cluster';
import { OperationalError } from '@rollcall/store';
import { parseBareJid, type BareJid } from '@rollcall/xmpp';
import { textLines } from '../transfer/text-lines.ts';
import { formatUserLine, parseUserLine, type TransferredUser } from '../transfer/user-line.ts';
import type { Administration } from './administration.ts';
import {
  auditEvent,
  importAnswer,
  linesType,
  refusal,
  routes,
  statusAnswer,
  type ServerStatus,
} from './control-protocol.ts';

/** The server refused, or went away in the middle. */
class ControlError extends OperationalError {
  override readonly name = 'ControlError';
}

/** Administration by the server that listens at `socketPath`. */
export function remoteAdministration(socketPath: string): Administration {
  const ask = (method: string, path: string, users?: readonly TransferredUser[]) =>
    exchange({ socketPath, method, path, body: users?.map((user) => `${formatUserLine(user)}\n`) });

  return {
    async createUser(jid, verifiers) {
      const answer = await ask('POST', routes.users, [{ jid, verifiers, roster: [] }]);
      return (await answered(answer, 409)) ? 'created' : 'exists';
    },
    async removeUser(jid) {
      return answered(await ask('DELETE', `${routes.users}/${encodeURIComponent(jid)}`), 404);
    },
    async importUsers(users) {
      const transferred = users.map(({ jid, credentials, roster }) => ({
        jid,
        roster,
        ...(credentials === undefined ? {} : { verifiers: credentials }),
      }));
      const answer = await ask('POST', routes.import, transferred);
      const { problems } = importAnswer.parse(JSON.parse(await succeeded(answer)));
      return problems.map((problem) => problem ?? undefined);
    },
    listUsers: (domain) => listed(ask, domain),
    exportUsers: () => exported(ask),
    audit: ({ repair }) => audited(ask, repair),
  };
}

/** How the server that listens at `socketPath` is. */
export async function serverStatus(socketPath: string): Promise<ServerStatus> {
  const answer = await exchange({
    socketPath,
    method: 'GET',
    path: routes.status,
    body: undefined,
  });
  return statusAnswer.parse(JSON.parse(await succeeded(answer)));
}

type Ask = (method: string, path: string) => Promise<IncomingMessage>;

async function* listed(ask: Ask, domain: string | undefined): AsyncGenerator<BareJid> {
  for await (const line of linesOf(await ask('GET', routes.users))) {
    const jid = parseBareJid(line);
    if (!jid.ok) throw unintelligible(jid.problem);
    if (domain === undefined || jid.value.endsWith(`@${domain}`)) yield jid.value;
  }
}

async function* exported(ask: Ask): AsyncGenerator<ExportedUser> {
  for await (const line of linesOf(await ask('GET', routes.export))) {
    const user = parseUserLine(line);
    if (!user.ok) throw unintelligible(user.problem);
    const { jid, verifiers = {}, roster } = user.value;
    yield { jid, credentials: verifiers, roster };
  }
}

async function* audited(ask: Ask, repair: boolean): AsyncGenerator<AuditEvent> {
  const answer = await ask('POST', `${routes.audit}?repair=${String(repair)}`);
  for await (const line of linesOf(answer)) yield auditEvent.parse(JSON.parse(line));
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  if (answer.statusCode !== 200) await succeeded(answer);
  try {
    for await (const line of textLines(answer)) {
      if (line.text === undefined) throw unintelligible(line.problem);
      yield line.text;
    }
  } catch (error) {
    throw error instanceof ControlError ? error : wentAway(error);
  }
}

/** Whether it is a success; false for the one refusal that is an answer like any other. */
async function answered(answer: IncomingMessage, orElse: number): Promise<boolean> {
  if (answer.statusCode !== orElse) return succeeded(answer).then(() => true);
  // An answer that nobody reads would keep the command from ending.
  answer.resume();
  return false;
}

/** The body of a success; a refusal rejects with what the server said. */
async function succeeded(answer: IncomingMessage): Promise<string> {
  const body = await text(answer).catch((error: unknown) => Promise.reject(wentAway(error)));
  if (answer.statusCode !== undefined && answer.statusCode < 300) return body;
  const said = refusal.safeParse(body.startsWith('{') ? JSON.parse(body) : undefined);
  throw said.success
    ? new ControlError(said.data.code, said.data.message)
    : unintelligible(`status ${answer.statusCode ?? 0}`);
}

interface Exchange {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly body: readonly string[] | undefined;
}

function exchange({ socketPath, method, path, body }: Exchange): Promise<IncomingMessage> {
  const headers = body === undefined ? {} : { 'content-type': linesType };
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path, headers }, resolve);
    asking.once('error', (error) => reject(wentAway(error)));
    for (const line of body ?? []) asking.write(line);
    asking.end();
  });
}

function wentAway(cause: unknown): ControlError {
  return new ControlError(
    'server_gone',
    'The running server went away in the middle; run the command again.',
    { cause },
  );
}

function unintelligible(what: string): ControlError {
  return new ControlError(
    'server_unintelligible',
    `The running server gave an answer that this version of the command does not understand (${what}).`,
  );
}
