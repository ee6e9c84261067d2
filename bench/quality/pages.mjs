// The page that publishers and viewers open: the real Web SDK, driven as the end-to-end tests do, with a probe; or two
// pages without a server between them.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const scripts = {
  '/probe.js': file('./page/probe.js'),
  '/direct.js': file('./page/direct.js'),
  '/sdk-driver.js': file('../../test/support/browser/sdk-driver.js'),
};

/**
 * @param {string} httpUrl of the server, whose copy of the SDK the page loads
 * @param {Record<string, string | URL>} [more] scripts to load, by their paths
 * @param {Record<string, string | URL>} [served] scripts that are only served: those of workers
 * @returns {Promise<{ url: string, close(): void }>} on loopback, which browsers treat as a secure context
 */
export async function startPages(httpUrl, more = {}, served = {}) {
  const files = { ...scripts, ...more };
  const sources = [...Object.keys(files), new URL('/sdk/flashphoner.js', httpUrl).href];
  const tags = sources.map((url) => `<script src="${url}"></script>`).join('');
  const html = `<!doctype html><meta charset="utf-8"><title>bench</title><body>${tags}</body>`;
  const server = createServer(async (request, response) => {
    const script = files[request.url] ?? served[request.url];
    if (!script && request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(script ? await readFile(script) : html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
