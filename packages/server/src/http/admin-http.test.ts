import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { startAdminHttp, type AdminHttp } from './admin-http.ts';
import { Readiness } from './readiness.ts';

const started: AdminHttp[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()));
});

const readiness = new Readiness();

async function start(port = 0): Promise<(path: string) => Promise<Response>> {
  const endpoint = { host: '127.0.0.1', port };
  const server = await startAdminHttp({ endpoint, readiness, registry: new Registry() });
  started.push(server);
  return (path) => fetch(`http://127.0.0.1:${server.endpoint.port}${path}`);
}

test('a server that starts or stops is healthy, not ready, and says why', async () => {
  const get = await start();
  expect((await get('/healthz')).status).toBe(200);
  const starting = await get('/readyz');
  expect([starting.status, await starting.json()]).toEqual([
    503,
    { ready: false, reason: 'starting' },
  ]);
  readiness.set({ ready: true });
  expect((await get('/readyz')).status).toBe(200);
  readiness.set({ ready: false, reason: 'stopping' });
  expect(await (await get('/readyz')).json()).toEqual({ ready: false, reason: 'stopping' });
});

test('a drained server is told apart from one that stops, which HAProxy goes by', async () => {
  const get = await start();
  readiness.set({ ready: true });
  readiness.setDrained(true);
  const drained = await get('/readyz');
  expect([drained.status, await drained.json()]).toEqual([
    404,
    { ready: false, reason: 'draining' },
  ]);
  readiness.set({ ready: false, reason: 'stopping' });
  expect((await get('/readyz')).status).toBe(503);
  readiness.set({ ready: true });
  readiness.setDrained(false);
  expect((await get('/readyz')).status).toBe(200);
});

test('there is nothing else to be seen', async () => {
  const get = await start();
  for (const path of ['/', '/v1/users', '/v1/export']) expect((await get(path)).status).toBe(404);
});

test('a port that is in use is told in one sentence', async () => {
  await start();
  const port = started[0]?.endpoint.port ?? 0;
  await expect(start(port)).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}: the port is in use`,
  );
});
