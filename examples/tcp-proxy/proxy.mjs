// An XMPP proxy that exists already, and hands one domain's clients over to Rollcall. It reads the head of the stream to
// learn the domain: `localhost` goes to Rollcall, in this process; every other domain goes where it always went.
//
//   node examples/tcp-proxy/proxy.mjs              then any XMPP client to 127.0.0.1:5222, as alice or bob, with `secret`
//
// PORT moves it, UPSTREAM=host:port is where the rest goes. NATS_URL makes it a node of a cluster that serves localhost;
// without, the engine is in this process.

import { connect, createServer } from 'node:net';
import { callbackAuthenticator, selfSignedCertificate } from '@rollcall/front-end';
import { embedEngine, joinCluster } from '@rollcall/gateway';
import { pino } from 'pino';

const log = pino({ level: process.env.LOG_LEVEL ?? 'warn' });
const served = 'localhost';
const longestHead = 4096;

const options = { domains: [served], log };
const rollcall = process.env.NATS_URL
  ? await joinCluster({ ...options, nats: process.env.NATS_URL, nodeName: 'tcp-proxy' })
  : await embedEngine(options);

/** The proxy's own users. Ask a directory, a database or a web service here. */
const passwords = new Map([
  ['alice@localhost', 'secret'],
  ['bob@localhost', 'secret'],
]);
for (const user of passwords.keys()) await rollcall.ensureUser(user);
const frontEnd = rollcall.createFrontEnd({
  authenticator: callbackAuthenticator(async (_, credentials) =>
    credentials.kind === 'password' && passwords.get(credentials.user) === credentials.password
      ? credentials.user
      : undefined,
  ),
  tls: await selfSignedCertificate({
    domains: [served],
    directory: process.env.DATA ?? './data/tcp-proxy',
    nowMs: Date.now(),
  }),
});

const server = createServer((socket) => {
  socket.on('error', (error) => log.info({ event: 'client_gone', err: error }));
  socket.setTimeout(10_000, () => socket.destroy());
  let head = Buffer.alloc(0);
  socket.on('data', look);

  /** @param {Buffer} chunk */
  function look(chunk) {
    head = Buffer.concat([head, chunk]);
    const domain = /<stream:stream[^>]*\sto=["']([^"']+)["'][^>]*>/.exec(head.toString())?.[1];
    if (domain === undefined && head.length < longestHead) return;
    socket.off('data', look).pause().setTimeout(0);
    // Whoever takes the stream reads it from its beginning.
    socket.unshift(head);
    if (domain === served) handOver();
    else forward();
  }

  function handOver() {
    try {
      const { closed } = frontEnd.handleStream(socket, { address: socket.remoteAddress ?? '' });
      void closed.then(() => log.info({ event: 'stream_closed' }));
    } catch (error) {
      // `front_end_stream_dead`: it went while we looked.
      log.info({ event: 'hand_over_failed', err: error });
      socket.destroy();
    }
  }

  function forward() {
    const [host, port] = (process.env.UPSTREAM ?? '127.0.0.1:15222').split(':');
    const upstream = connect(Number(port), host);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  }
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
async function stop() {
  server.close();
  await rollcall.stop();
}

server.listen(Number(process.env.PORT ?? 5222), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`Clients of ${served} connect to 127.0.0.1:${port}.\n`);
});
