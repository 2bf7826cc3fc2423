// A presence feed for a web app, as Server-Sent Events: first what is so now, for everyone at once; then what changes.
//
//   node examples/sse-feed/server.mjs
//   curl -N http://127.0.0.1:8081/feed?as=alice
//   curl http://127.0.0.1:8081/status?as=bob -d '{"show":"away","status":"Lunch"}'
//
// PORT moves it. NATS_URL makes it a node of a cluster that serves localhost; without, the engine is in this process.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { embedEngine, joinCluster } from '@rollcall/gateway';
import { pino } from 'pino';

const log = pino({ level: process.env.LOG_LEVEL ?? 'warn' });
const longestStatus = 1024;
const team = ['alice', 'bob', 'carol', 'dave'].map((name) => `${name}@localhost`);

const options = { domains: ['localhost'], log };
const rollcall = process.env.NATS_URL
  ? await joinCluster({ ...options, nats: process.env.NATS_URL, nodeName: 'sse-feed' })
  : await embedEngine(options);
for (const user of team) await rollcall.ensureUser(user);
const frontEnd = rollcall.createFrontEnd();

/** @typedef {import('@rollcall/front-end').EmbeddedSession} Session */
/** @type {Map<string, Promise<Session>>} Who has set a status: there until they say `gone`. */
const speakers = new Map();

/**
 * The team sees each other: each agrees ahead and asks the others. Said twice, it changes nothing.
 * @param {string} user
 * @param {Partial<import('@rollcall/front-end').SessionRequest>} how
 */
async function open(user, how) {
  const session = await frontEnd.openSession({ user, ...how });
  for (const other of team.filter((one) => one !== user)) {
    session.approve(other);
    session.subscribe(other);
  }
  return session;
}

/**
 * @param {string} viewer
 * @param {import('node:http').ServerResponse} response
 */
async function feed(viewer, response) {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const session = await open(viewer, { signal: gone.signal });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  /** Waits for a slow reader; Rollcall keeps only the newest presence of each contact meanwhile. */
  const tell = async (/** @type {string} */ event, /** @type {unknown} */ data) => {
    if (response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) return;
    await once(response, 'drain', { signal: gone.signal });
  };
  // A feed is no device to write to: a negative priority (RFC 6121 §4.7.2.3). Live from here on, then the question:
  // a change in between is told twice rather than never.
  session.setPresence({ priority: -1 });
  await tell('snapshot', await frontEnd.ask({ viewer, users: team }));
  for await (const event of session) {
    if (event.kind !== 'presence') continue;
    const { show, status } = event.presence;
    await tell('change', { from: event.from, available: event.available, show, status });
  }
  response.end();
}

/**
 * @param {string} user
 * @param {{ show?: import('@rollcall/front-end').Show; status?: string; gone?: boolean }} wanted
 */
async function speak(user, { show, status, gone }) {
  const opening = speakers.get(user) ?? open(user, { onEvent: () => undefined });
  speakers.set(user, opening);
  const session = await opening;
  if (gone) {
    speakers.delete(user);
    await session.close();
    return;
  }
  session.setPresence({ ...(show && { show }), ...(status && { status }) });
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  // Whoever is logged in to the web app: look at its cookie here.
  const user = `${searchParams.get('as')}@localhost`;
  answer().catch((error) => {
    log.info({ event: 'request_failed', err: error });
    if (!response.headersSent) response.writeHead(error instanceof SyntaxError ? 400 : 503);
    response.end();
  });

  async function answer() {
    if (!team.includes(user)) return void response.writeHead(401).end();
    if (pathname === '/feed') return feed(user, response);
    if (pathname !== '/status') return void response.writeHead(404).end();
    if (!(Number(request.headers['content-length']) <= longestStatus))
      return void response.writeHead(413).end();
    await speak(user, JSON.parse(await text(request)));
    response.writeHead(204).end();
  }
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
async function stop() {
  await rollcall.stop();
  server.close();
  server.closeAllConnections();
}

server.listen(Number(process.env.PORT ?? 8081), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`The feed is at http://127.0.0.1:${port}/feed?as=alice\n`);
});
