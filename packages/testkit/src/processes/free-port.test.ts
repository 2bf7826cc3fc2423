import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { reservePort } from './free-port.ts';

test('ports that are reserved at once are different, free to listen on, and come back when released', async () => {
  const reserved = await Promise.all(Array.from({ length: 20 }, () => reservePort()));
  expect(new Set(reserved.map(({ port }) => port)).size).toBe(20);
  for (const { port } of reserved) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  }
  await Promise.all(reserved.map((port) => port.release()));
});
