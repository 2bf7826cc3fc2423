// The XMPP proxy that hands sockets over: examples/tcp-proxy.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { places, startExample, type Example } from './example.ts';

const run = promisify(execFile);
const head = (domain: string) =>
  `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>`;

describe.each(places)('with the engine %s', (place) => {
  let example: Example;
  let port: number;
  let directory: string;
  /** Where all other domains go. */
  const upstream = createServer();
  const forwarded: Socket[] = [];
  upstream.on('connection', (socket) => forwarded.push(socket));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-proxy-'));
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port: upstreamPort } = upstream.address() as AddressInfo;
    example = await startExample('examples/tcp-proxy/proxy.mjs', place, {
      DATA: directory,
      UPSTREAM: `127.0.0.1:${upstreamPort}`,
    });
    port = Number((await example.process.waitForLine(/127\.0\.0\.1:(\d+)/))[1]);
  });
  afterAll(async () => {
    await example.stop();
    for (const socket of forwarded) socket.destroy();
    upstream.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('two clients that others have written watch each other through it, over STARTTLS', async () => {
    const script = 'examples/two-clients.mjs';
    const { stdout } = await run(process.execPath, [script, 'secret', `127.0.0.1:${port}`], {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: join(directory, 'self-signed-certificate.pem'),
      },
    });
    expect(stdout).toContain('bob    sees alice@localhost/example: away');
    expect(stdout).toContain('bob    sees alice@localhost/example: unavailable');
  });

  test('the proxy`s own login decides who comes in (RFC 6120 §6.5.10)', async () => {
    const options = { host: '127.0.0.1', port, domain: 'localhost', name: 'alice' };
    await expect(XmppClient.login({ ...options, password: 'wrong' })).rejects.toThrow(
      'not-authorized',
    );
    const alice = await XmppClient.login({ ...options, password: 'secret' });
    await alice.close();
  });

  test('a head in pieces is put together, and another domain gets it whole', async () => {
    const client = connect(port, '127.0.0.1');
    const text = head('example.org');
    const connected = once(upstream, 'connection');
    client.write(text.slice(0, 40));
    client.write(text.slice(40));
    const [socket] = (await connected) as [Socket];
    let received = '';
    while (received.length < text.length) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      received += chunk.toString();
    }
    expect(received).toBe(text);
    socket.write('<stream:features/>');
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toBe('<stream:features/>');
    client.destroy();
    await once(socket, 'close');
  });

  test('a client that goes in the middle of the head does no harm to the next', async () => {
    const rude = connect(port, '127.0.0.1');
    await once(rude, 'connect');
    rude.write(head('localhost').slice(0, 30));
    rude.resetAndDestroy();
    await once(rude, 'close');
    const options = { host: '127.0.0.1', port, domain: 'localhost', name: 'bob' };
    const bob = await XmppClient.login({ ...options, password: 'secret' });
    await bob.close();
  });
});
