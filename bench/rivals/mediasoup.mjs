// mediasoup, where somebody has installed it: its worker under a host program of ours.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from '../lib/children.mjs';
import { Rival } from './rival.mjs';

const program = fileURLToPath(new URL('./mediasoup-host.mjs', import.meta.url));
const readyTimeout = 10_000;

/**
 * @param {string | undefined} folder in whose node_modules it is
 * @returns {Promise<import('./rivals.mjs').Rival>}
 * @throws {Error} whose message says what to install
 */
export async function findMediasoup(folder) {
  const file = folder && join(resolve(folder), 'node_modules/mediasoup/package.json');
  if (!file || !existsSync(file)) {
    throw new Error(
      'there is no mediasoup; install it in a folder of its own, and name that with --mediasoup',
    );
  }
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return { title: `mediasoup ${version}`, start: () => start(resolve(folder)) };
}

async function start(folder) {
  let heard;
  const ready = new Promise((resolve) => {
    heard = (line) => line.startsWith('{"port"') && resolve(JSON.parse(line));
  });
  const client = { kind: 'mediasoup', url: '' };
  const worker = join(folder, 'mediasoup-worker');
  // Otherwise the one that the package has brought or built itself.
  const env = existsSync(worker) ? { ...process.env, MEDIASOUP_WORKER_BIN: worker } : process.env;
  const server = new Rival(process.execPath, [program, folder], { client, onLine: heard, env });
  try {
    const { port, worker } = await within(
      Promise.race([ready, server.failed]),
      readyTimeout,
      'mediasoup is ready',
    );
    server.client.url = `ws://127.0.0.1:${port}`;
    server.groups = { control: server.groups.media, media: [worker] };
    return server;
  } catch (error) {
    await server.stop();
    throw new Error(`${error.message}\n${server.log}`);
  }
}
