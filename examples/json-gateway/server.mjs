// A gateway of one's own: Fastify with its own login, JSON over WebSocket, presence from Rollcall.
//
//   node examples/json-gateway/server.mjs          then http://127.0.0.1:8080, as alice, bob and carol
//
// PORT moves it. NATS_URL makes it a node of a cluster that serves localhost; without, the engine is in this process.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { embedEngine, joinCluster } from '@rollcall/gateway';
import fastify from 'fastify';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';

const log = pino({ level: process.env.LOG_LEVEL ?? 'warn' });
const page = await readFile(new URL('page.html', import.meta.url), 'utf8');
const passwords = new Map([
  ['alice', 'secret'],
  ['bob', 'secret'],
  ['carol', 'secret'],
]);
/** @type {Map<string, string>} What a login gives: good for one WebSocket. */
const tickets = new Map();

const options = { domains: ['localhost'], log };
const rollcall = process.env.NATS_URL
  ? await joinCluster({ ...options, nats: process.env.NATS_URL, nodeName: 'json-gateway' })
  : await embedEngine(options);
for (const name of passwords.keys()) await rollcall.ensureUser(`${name}@localhost`);
const frontEnd = rollcall.createFrontEnd();

const app = fastify();
app.get('/', (_, reply) => reply.type('text/html').send(page));
app.post('/login', { schema: { body: { type: 'object' } } }, (request, reply) => {
  const { name, password } = /** @type {Record<string, string>} */ (request.body);
  if (name === undefined || password === undefined || passwords.get(name) !== password)
    return reply.code(401).send({ error: 'No such name and password.' });
  const ticket = randomUUID();
  tickets.set(ticket, name);
  setTimeout(() => tickets.delete(ticket), 10_000).unref();
  return { ticket };
});

const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
app.server.on('upgrade', (request, socket, head) => {
  const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
  const name = tickets.get(ticket);
  tickets.delete(ticket);
  if (name === undefined) socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
  else sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, name));
});

/**
 * One browser: what it says becomes presence, what its contacts say becomes JSON.
 * @param {import('ws').WebSocket} socket
 * @param {string} name
 */
async function serve(socket, name) {
  const gone = new AbortController();
  socket.on('close', () => gone.abort()).on('error', () => socket.terminate());
  /** Resolves when it is written, so that Rollcall keeps only the newest for a browser that is slow. */
  const send = (/** @type {object} */ message) =>
    new Promise((resolve) => socket.send(JSON.stringify(message), resolve));
  try {
    const user = `${name}@localhost`;
    const session = await frontEnd.openSession({ user, signal: gone.signal });
    socket.on('message', (data) => hear(session, String(data)));
    await meetEveryone(session, user);
    await send({ kind: 'welcome', user, people: [...passwords.keys()] });
    session.setPresence();
    for await (const event of session) {
      if (event.kind !== 'presence') continue;
      const { show, status } = event.presence;
      await send({ kind: 'presence', from: event.from, available: event.available, show, status });
    }
    const { condition } = await session.ended;
    socket.close(1001, condition);
  } catch (error) {
    if (gone.signal.aborted) return;
    log.error({ event: 'browser_failed', err: error });
    socket.close(1011, 'try again later');
  }
}

/**
 * @param {import('@rollcall/front-end').EmbeddedSession} session
 * @param {string} text
 */
function hear(session, text) {
  try {
    const { show, status } = JSON.parse(text);
    session.setPresence({ show, status: String(status ?? '').slice(0, 200) });
  } catch (error) {
    log.info({ event: 'message_refused', session: session.address, err: error });
  }
}

/**
 * In this company everyone sees everyone: each agrees ahead and asks the others, once.
 * @param {import('@rollcall/front-end').EmbeddedSession} session
 * @param {string} user
 */
async function meetEveryone(session, user) {
  const { contacts } = await session.roster();
  const known = new Set(
    contacts.filter((one) => one.subscription === 'both').map((one) => one.jid),
  );
  for (const name of passwords.keys()) {
    const other = /** @type {import('@rollcall/front-end').Contact['jid']} */ (`${name}@localhost`);
    if (other === user || known.has(other)) continue;
    session.approve(other);
    session.subscribe(other);
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
async function stop() {
  await rollcall.stop();
  for (const socket of sockets.clients) socket.terminate();
  await app.close();
}

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) });
process.stdout.write(`Open ${address} in two windows, as alice and bob; the password is secret.\n`);
