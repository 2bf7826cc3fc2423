// docker-compose.yml and what it mounts agree with each other, and with the settings of the server.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { cataloguedSettings } from './configuration/catalogue.ts';
import { readSettings } from './configuration/read-settings.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const textOf = (path: string) => readFileSync(`${root}${path}`, 'utf8');

/** What we use of https://github.com/compose-spec/compose-spec/blob/main/spec.md: a key that it lacks is a mistake. */
const duration = z.string().regex(/^\d+s$/);
const dependency = z.strictObject({ condition: z.literal('service_healthy') });
const service = z.strictObject({
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  image: z.string(),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).prefault({}),
  volumes: z.array(z.string()).prefault([]),
  ports: z.array(z.string()).prefault([]),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), dependency)]).prefault([]),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: duration,
      timeout: duration,
      retries: z.number(),
    })
    .optional(),
});
const { services, volumes } = z
  .looseObject({
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(textOf('docker-compose.yml'), { merge: true }));

type Service = z.output<typeof service>;
const all = Object.entries(services);
const named = (pattern: RegExp) => all.filter(([name]) => pattern.test(name));
const namesOf = (some: readonly (readonly [string, Service])[]) => some.map(([name]) => name);
const natsServers = named(/^nats-/);
const frontEnds = named(/^front-end-/);
const nodes = [...named(/^engine-/), ...frontEnds];
const settingsOf = ({ environment }: Service) => readSettings({ options: {}, environment });

function allOf(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function onlyOf(text: string, pattern: RegExp): string {
  const [only, ...more] = allOf(text, pattern);
  if (only === undefined || more.length > 0) throw new Error(`not once there: ${String(pattern)}`);
  return only;
}

test('three NATS servers, two engines, two front-ends, HAProxy, and the command', () => {
  expect([natsServers, named(/^engine-/), frontEnds].map((some) => some.length)).toEqual([3, 2, 2]);
  const others = namesOf(all).filter((name) => !/^(nats|engine|front-end)-\d$/.test(name));
  expect(others).toEqual(['haproxy', 'cli']);
});

test('each service waits for what there is, and for the health only of what has a check', () => {
  for (const [name, { depends_on: needed }] of all) {
    const others = Array.isArray(needed) ? needed : Object.keys(needed);
    expect(namesOf(all), name).toEqual(expect.arrayContaining(others));
    const asked = Array.isArray(needed) ? [] : others;
    expect(namesOf(all.filter(([, { healthcheck }]) => healthcheck !== undefined))).toEqual(
      expect.arrayContaining(asked),
    );
  }
});

test('what is mounted is a file of the repository, or a declared volume, each of which is mounted once', () => {
  const sources = all.flatMap(([, { volumes: mounts }]) => mounts.map((one) => one.split(':')[0]));
  const isFile = (source = '') => source.startsWith('./');
  for (const source of sources.filter(isFile)) expect(existsSync(`${root}${source}`)).toBe(true);
  expect(sources.filter((source) => !isFile(source))).toEqual(Object.keys(volumes));
});

test('each service is reached through HAProxy, and from this machine alone', () => {
  const published = all.filter(([, { ports }]) => ports.length > 0);
  expect(namesOf(published)).toEqual(['haproxy']);
  for (const port of published.flatMap(([, { ports }]) => ports))
    expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
});

test.each([...nodes, ...named(/^cli$/)])(
  '%s sets only settings that there are, and knows all NATS servers, each of which keeps everything',
  (_, own) => {
    const variables = cataloguedSettings().map(({ variable }) => variable);
    expect(variables).toEqual(expect.arrayContaining(Object.keys(own.environment)));
    expect(own.build).toEqual({ context: '.', dockerfile: 'infra/Dockerfile' });
    const { nats, natsConnection } = settingsOf(own);
    const port = onlyOf(textOf('infra/nats/nats.conf'), /^listen: 0\.0\.0\.0:(\d+)$/gm);
    expect(nats).toEqual(namesOf(natsServers).map((host) => `nats://${host}:${port}`));
    expect(natsConnection.replicas).toBe(natsServers.length);
  },
);

test.each(nodes)('%s starts as what it is called, and is given the time to stop', (name, own) => {
  const { nodeName, role, stopTimeoutMs } = settingsOf(own);
  expect(own.command).toEqual(['start']);
  expect({ nodeName, role }).toEqual({ nodeName: name, role: name.replace(/-\d$/, '') });
  expect(Number.parseInt(own.stop_grace_period ?? '0') * 1000).toBeGreaterThan(stopTimeoutMs);
});

test('HAProxy goes by the names, the ports and the health of the front-ends', () => {
  const text = textOf('infra/haproxy/haproxy.cfg');
  const { ports, volumes: mounts } = z.object({ haproxy: service }).parse(services).haproxy;
  expect(mounts).toEqual(['./infra/haproxy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']);
  const binds = allOf(text, /^ *bind :(\d+)$/gm);
  expect(ports).toEqual(binds.map((port) => `127.0.0.1:${port}:${port}`));

  expect(onlyOf(text, /option httpchk GET (\S+)$/gm)).toBe('/readyz');
  expect(onlyOf(text, /^ *default-server (send-proxy-v2) /gm)).toBeDefined();
  const found = frontEnds.map(([name, own]) => ({ name, own, ...settingsOf(own) }));
  expect(allOf(text, /^ *server (.*)$/gm)).toEqual(
    found.map(({ name, listenXmpp: { port } }) => `${name} ${name}:${port}`),
  );
  const adminPort = Number(onlyOf(text, / check port (\d+) /g));
  for (const { name, own, listenXmpp, listenAdmin, proxyProtocol, data } of found) {
    expect(listenXmpp.host).toBe('0.0.0.0');
    expect(listenAdmin).toEqual({ host: '0.0.0.0', port: adminPort });
    expect(proxyProtocol).toBe(true);
    expect(own.volumes).toEqual([`${name}:${data}`]);
  }
});

test('each NATS server has routes to all, and is asked for its health where it tells it', () => {
  const text = textOf('infra/nats/nats.conf');
  const directory = onlyOf(text, /^ +store_dir: (\S+)$/gm);
  const monitorPort = onlyOf(text, /^http: 0\.0\.0\.0:(\d+)$/gm);
  const routePort = onlyOf(text, /^ +listen: 0\.0\.0\.0:(\d+)$/gm);
  const routes = namesOf(natsServers).map((name) => `${name}:${routePort}`);
  expect(allOf(text, /^ +nats:\/\/(\S+)$/gm)).toEqual(routes);
  const health = `http://127.0.0.1:${monitorPort}/healthz?js-server-only=true`;
  for (const [name, own] of natsServers) {
    expect(own.environment).toEqual({ [onlyOf(text, /^server_name: \$(\w+)$/gm)]: name });
    expect(own.command).toEqual(['--config', '/etc/nats/nats.conf']);
    expect(own.volumes).toEqual([
      './infra/nats/nats.conf:/etc/nats/nats.conf:ro',
      `${name}:${directory}`,
    ]);
    expect(own.healthcheck?.test.at(-1)).toBe(health);
  }
});

test('the image has the ports, the health and the directory of its nodes, and starts with options that there are', () => {
  const text = textOf('infra/Dockerfile');
  const words = (instruction: string) =>
    z
      .array(z.string())
      .parse(JSON.parse(onlyOf(text, new RegExp(`^${instruction} (\\[.*\\])$`, 'gm'))));
  for (const [, own] of frontEnds) {
    const { listenXmpp, listenAdmin, data } = settingsOf(own);
    expect(onlyOf(text, /^EXPOSE (.*)$/gm)).toBe(`${listenXmpp.port} ${listenAdmin.port}`);
    expect(onlyOf(text, /fetch\('(.*?)'\)/g)).toBe(`http://127.0.0.1:${listenAdmin.port}/readyz`);
    expect(onlyOf(text, /^VOLUME (.*)$/gm)).toBe(data);
  }
  const [program, file = ''] = words('ENTRYPOINT');
  expect([program, existsSync(`${root}${file}`)]).toEqual(['node', true]);
  const options = cataloguedSettings().map(({ option }) => option?.split(' ')[0]);
  expect(options).toEqual(
    expect.arrayContaining(words('CMD').filter((word) => word.startsWith('--'))),
  );
});

test('the image is built from all that the build goes by', () => {
  const { references } = z
    .object({ references: z.array(z.object({ path: z.string() })) })
    .parse(JSON.parse(textOf('tsconfig.json')));
  const ignored = textOf('.dockerignore').split('\n').filter(Boolean);
  const paths = references.map(({ path }) => path);
  expect(paths.filter((path) => ignored.some((one) => `${path}/`.startsWith(`${one}/`)))).toEqual(
    [],
  );
  const copied = allOf(textOf('infra/Dockerfile'), /^COPY --from=build \/rollcall\/(\S+) /gm);
  expect(copied).toEqual(['package.json', 'node_modules', 'packages']);
});
