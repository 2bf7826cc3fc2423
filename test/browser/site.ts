// Serves the test's pages, and to them the packages whose code they run, on loopback.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const pages = fileURLToPath(new URL('./pages', import.meta.url));
const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** `/NAME.html` is a page; `/PACKAGE/…` a file of an installed package; `/stanza.js` that package as one module. */
export async function openSite(): Promise<Site> {
  const stanza = await bundled(`${packages}/stanza/index.module.js`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const type = types[extname(pathname)] ?? 'application/octet-stream';
    contentOf(pathname).then(
      (content) => response.writeHead(200, { 'content-type': type }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  const contentOf = (path: string) => {
    if (path === '/stanza.js') return Promise.resolve(stanza);
    return readFile(path.lastIndexOf('/') === 0 ? pages + path : packages + path);
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: urlOf(server), close: () => closed(server) };
}

async function bundled(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry, formats: ['es'], fileName: 'bundle' } },
  });
  for (const output of Array.isArray(built) ? built : [built])
    if ('output' in output) return output.output[0].code;
  throw new Error(`${entry} was not bundled`);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
