// Janus, of Debian's package: started with a configuration of its own, on loopback alone.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { build, pathOf, runToEnd } from '../lib/c-program.mjs';
import { freeTcpPort } from '../lib/ports.mjs';
import { Rival } from './rival.mjs';

const command = 'janus';
const readyTimeout = 10_000;
/** All that the package has, but the ones in use. */
const plugins =
  'audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail';
const transports = 'http mqtt nanomsg pfunix rabbitmq';
const libraries = (names) =>
  names
    .split(' ')
    .map((name) => `libjanus_${name}.so`)
    .join(',');

/**
 * @param {{ eventLoops: number }} options threads for all connections together; 0: one for each, as Janus has it unless
 *   told
 * @returns {Promise<import('./rivals.mjs').Rival>}
 * @throws {Error} whose message says what to install
 */
export async function findJanus({ eventLoops }) {
  const version = versionIn(await runToEnd(command, ['--version'], readyTimeout).catch(() => ''));
  if (!version) {
    throw new Error('there is no Janus; Debian has it: apt-get install --no-install-recommends janus');
  }
  await build('rivals/loopback.c', ['-shared', '-fPIC']);
  const loops = eventLoops > 0 ? `event_loops=${eventLoops}` : 'a thread each';
  return { title: `Janus ${version}, ${loops}`, start: () => start(eventLoops) };
}

const versionIn = (text) => /^Janus version: \d+ \((\S+)\)/m.exec(text)?.[1];

async function start(eventLoops) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-janus-'));
  const port = await freeTcpPort();
  for (const [name, text] of Object.entries(configuration(folder, port, eventLoops))) {
    await writeFile(join(folder, `${name}.jcfg`), text);
  }
  const url = `ws://127.0.0.1:${port}`;
  const cleanUp = async () => rmSync(folder, { recursive: true, force: true });
  // For ways out that pass by every `finally`.
  process.once('exit', cleanUp);
  const env = { ...process.env, LD_PRELOAD: pathOf('loopback') };
  const client = { kind: 'janus', url };
  const server = new Rival(command, [`--configs-folder=${folder}`], { client, cleanUp, env });
  try {
    await Promise.race([answers(url), server.failed]);
    return server;
  } catch (error) {
    await server.stop();
    throw new Error(`${error.message}\n${server.log}`);
  }
}

function configuration(folder, port, eventLoops) {
  return {
    janus: `
general: {
  configs_folder = "${folder}"
  debug_level = 3
  event_loops = ${eventLoops}
  session_timeout = 0
}
media: { ipv6 = false }
nat: { ice_lite = true, ice_enforce_list = "lo" }
plugins: { disable = "${libraries(plugins)}" }
transports: { disable = "${libraries(transports)}" }
loggers: { disable = "libjanus_jsonlog.so" }
`,
    'janus.transport.websockets': `
general: { json = "compact", ws = true, ws_port = ${port}, ws_ip = "127.0.0.1", wss = false }
admin: { admin_ws = false }
`,
    'janus.plugin.videoroom': `
room-1: { publishers = 500, bitrate = 0, audiocodec = "opus", videocodec = "h264" }
`,
  };
}

async function answers(url) {
  const end = Date.now() + readyTimeout;
  while (!(await opens(url))) {
    if (Date.now() > end) throw new Error('Janus does not answer');
    await sleep(100);
  }
}

function opens(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, 'janus-protocol');
    socket.on('error', () => resolve(false));
    socket.on('open', () => {
      socket.close();
      resolve(true);
    });
  });
}
