import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const driver = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const DRIVERS = {
  '/sdk-driver.js': driver('./sdk-driver.js'),
  '/room-driver.js': driver('./room-driver.js'),
  '/ws-media-driver.js': driver('./ws-media-driver.js'),
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.jpg': 'image/jpeg',
  '.mp4': 'video/mp4',
};

/** A page server: `url` is its origin, `/` a page of a test's own. */
export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves pages of the tests' own on loopback, which browsers treat as a secure context (getUserMedia needs one).
 *
 * @param scripts URLs of the scripts that `/` loads, in this order
 * @param files more paths and the files behind them; the drivers are always there
 * @param elsewhere beginnings of paths that another server has, and its origin
 */
export async function startPageServer(
  scripts: readonly string[],
  files: Readonly<Record<string, string>> = {},
  elsewhere: Readonly<Record<string, string>> = {},
): Promise<PageServer> {
  const known: Record<string, string> = { ...DRIVERS, ...files };
  const tags = scripts.map((url) => `<script src="${url}"></script>`).join('');
  const html = `<!doctype html><meta charset="utf-8"><title>test</title><body>${tags}</body>`;
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    const file = known[path];
    const other = Object.keys(elsewhere).find((beginning) => path.startsWith(beginning));
    if (other !== undefined) {
      response.writeHead(307, { location: new URL(path, elsewhere[other]).href }).end();
      return;
    }
    if (path !== '/' && file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader(
      'Content-Type',
      file === undefined ? 'text/html' : (TYPES[extname(file)] ?? 'text/javascript'),
    );
    response.end(file === undefined ? html : await readFile(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
