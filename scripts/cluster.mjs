// npm run cluster: the cluster of docker-compose.yml without Docker. Three NATS servers, two engines and two front-ends
// on loopback ports, until Ctrl-C. What is durable is kept in ./data/cluster.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findNats } from '@rollcall/testkit';
import { readableLog } from '../packages/server/dist/log/readable-log.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const data = `${root}data/cluster`;
const natsPorts = [14222, 14223, 14224];
const natsUrls = natsPorts.map((port) => `nats://127.0.0.1:${port}`);
const routes = natsPorts.map((port) => `nats://127.0.0.1:${port + 2000}`).join(',');
const children = new Map();
let stopping = false;

const source = await findNats();
if (source.kind !== 'binary') {
  process.stderr.write(
    'npm run cluster needs a nats-server binary; with Docker use docker compose up.\n',
  );
  process.exit(1);
}
process.stdout.write(`NATS server: ${source.path} (from ${source.found})\n`);

// From the first process on: they are in groups of their own, and nobody else would end them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);

mkdirSync(data, { recursive: true });
natsPorts.forEach((port, index) => {
  run(`nats-${index + 1}`, source.path, [
    ...['--server_name', `nats-${index + 1}`, '--addr', '127.0.0.1', '--port', String(port)],
    ...[
      '--http_port',
      String(port + 4000),
      '--jetstream',
      '--store_dir',
      `${data}/nats-${index + 1}`,
    ],
    ...['--cluster_name', 'rollcall', '--cluster', `nats://127.0.0.1:${port + 2000}`],
    ...['--routes', routes, '--log', `${data}/nats-${index + 1}.log`],
  ]);
});
// Whether the servers themselves are up: nodes wait for the leaders of what they need.
const health = (port) => `http://127.0.0.1:${port + 4000}/healthz?js-server-only=true`;
await Promise.all(natsPorts.map((port) => answers(health(port))));

const nodes = [
  { name: 'engine-1', role: 'engine', adminPort: 15281 },
  { name: 'engine-2', role: 'engine', adminPort: 15282 },
  { name: 'front-end-1', role: 'front-end', adminPort: 15283, xmppPort: 5222, webSocketPort: 5280 },
  {
    name: 'front-end-2',
    role: 'front-end',
    adminPort: 15284,
    xmppPort: 5223,
    webSocketPort: 15280,
  },
];
for (const node of nodes) startNode(node);
await Promise.all(nodes.map(({ adminPort }) => answers(`http://127.0.0.1:${adminPort}/readyz`)));

if (stopping) await new Promise(() => undefined);
const pids = nodes.map(({ name }) => `${name} ${children.get(name).pid}`).join(', ');
process.stdout.write(`
The cluster is ready. Clients connect to 127.0.0.1:5222 or 127.0.0.1:5223, browsers to ws://127.0.0.1:5280/xmpp-websocket
or ws://127.0.0.1:15280/xmpp-websocket.
Make accounts:  npx rollcall user add alice@localhost --nats ${natsUrls[0]}
Kill a node:    kill -9 PID, with ${pids}.
It is started again after 10 s. Ctrl-C stops all.
`);

function startNode(node) {
  const { name, role, adminPort, xmppPort, webSocketPort } = node;
  const listens =
    xmppPort === undefined
      ? []
      : [
          ...['--listen-xmpp', `127.0.0.1:${xmppPort}`],
          ...['--listen-websocket', `127.0.0.1:${webSocketPort}`],
        ];
  run(
    name,
    process.execPath,
    [
      ...[`${root}packages/server/bin/rollcall.js`, 'start', '--role', role, '--node-name', name],
      ...['--nats', natsUrls.join(','), '--data', `${data}/${name}`],
      ...['--listen-admin', `127.0.0.1:${adminPort}`, ...listens],
    ],
    () => setTimeout(() => stopping || startNode(node), 10_000),
  );
}

function run(name, command, args, whenGone) {
  const child = spawn(command, args, {
    // A group of its own: Ctrl-C is for this process, which stops the others in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ROLLCALL_NATS_CONNECTION_REPLICAS: '3' },
  });
  children.set(name, child);
  tell(name, child);
  child.on('exit', (code, signal) => {
    children.delete(name);
    if (stopping) return;
    process.stdout.write(`${name} has ended (${signal ?? code}).\n`);
    if (whenGone) whenGone();
    else stop();
  });
}

/** What a process says, with its name before each line. */
function tell(name, { stdout, stderr }) {
  const say = (text) => process.stdout.write(`${name.padEnd(11)}  ${text}`);
  const log = readableLog(say);
  createInterface({ input: stdout }).on('line', (line) =>
    line.startsWith('{') ? log.write(line) : say(`${line}\n`),
  );
  createInterface({ input: stderr }).on('line', (line) => say(`${line}\n`));
}

async function answers(url) {
  for (;;) {
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok || stopping) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Front-ends and engines first, so that they can say goodbye; then NATS. */
async function stop() {
  if (stopping) return;
  stopping = true;
  const isNats = (name) => name.startsWith('nats-');
  for (const these of [(name) => !isNats(name), isNats]) {
    const some = [...children].filter(([name]) => these(name)).map(([, child]) => child);
    const gone = some.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of some) child.kill('SIGTERM');
    await Promise.all(gone);
  }
  process.exit(0);
}
