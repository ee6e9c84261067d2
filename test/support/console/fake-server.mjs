// Serves the built console with made-up streams behind it, for working on the dashboard without publishers:
// node test/support/console/fake-server.mjs [--port 8091] [--streams 12] [--viewers 10] [--role viewer] [--refuse 403]
// SIGUSR2 has it send no more figures, and again. It speaks the live socket (src/plugins/live/messages.ts) and as much of the REST API as the dashboard asks for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { FakeStreams } from './fake-streams.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8091' },
    streams: { type: 'string', default: '12' },
    viewers: { type: 'string', default: '10' },
    role: { type: 'string', default: 'operator' },
    refuse: { type: 'string', default: '' },
  },
});

const dist = new URL('../../../dist/', import.meta.url);
const { startWeb } = await import(new URL('plugins/web/index.js', dist).href);
const fake = new FakeStreams(Number(values.streams), Number(values.viewers));
const refusal = Number(values.refuse);
const startedAt = Date.now() - 3 * 86_400_000;

/** Small pictures that differ. */
const sources = [
  'mandelbrot=start_scale=0.012:start_x=-0.7436:start_y=0.1318',
  'gradients=n=4:seed=11:type=radial',
  'smptehdbars',
  'mandelbrot=start_scale=0.3:start_x=-1.25:start_y=0.02',
  'gradients=n=3:seed=5',
  'mandelbrot=start_scale=0.06:start_x=0.285:start_y=0.012',
  'testsrc2',
  'gradients=n=4:seed=42:type=spiral',
];
const pictures = sources.map((source) => {
  const input = `${source}${source.includes('=') ? ':' : '='}size=320x180`;
  const args = ['-v', 'error', '-f', 'lavfi', '-i', input, '-frames:v', '1', '-f', 'mjpeg', '-'];
  return spawnSync('ffmpeg', args, { maxBuffer: 1 << 24 }).stdout;
});

function problem(reply, status, detail) {
  return reply.code(status).type('application/problem+json').send({ status, title: 'Problem', detail });
}

const finished = Array.from({ length: 14 }, (_, i) => ({
  fileName: `stream-cam-${i}-2026-11-2${i % 9}.mp4`,
  stream: i === 5 ? null : `cam-${i}`,
  size: 1_234_567 * (i + 3) ** 2,
  finishedAt: new Date(Date.now() - i * 4_000_000).toISOString(),
  url: `/client/records/stream-cam-${i}.mp4`,
}));

const routes = {
  register(scope) {
    scope.addHook('onRequest', async (_request, reply) => {
      if (!refusal) return;
      await problem(reply, refusal, 'Only the machine that Sluice runs on may ask without credentials.');
    });
    scope.get('/api/v1/server', async () => ({ product: 'Sluice', version: '0.1.0' }));
    scope.get('/api/v1/streams/:name/thumbnail', async ({ params }, reply) => {
      const index = [...fake.names()].indexOf(params.name);
      if (index < 0) return problem(reply, 404, 'No such stream.');
      return reply.type('image/jpeg').send(pictures[index % pictures.length]);
    });
    scope.get('/api/v1/streams/:name/snapshot', async (_request, reply) =>
      reply.type('image/png').send(pictures[0]),
    );
    scope.put('/api/v1/streams/:name/recording', async ({ params }, reply) => {
      fake.record(params.name, true);
      return reply.code(201).send({});
    });
    scope.delete('/api/v1/streams/:name/recording', async ({ params }, reply) => {
      fake.record(params.name, false);
      return reply.code(204).send();
    });
    scope.delete('/api/v1/streams/:name', async ({ params }, reply) => {
      if (!fake.end(params.name)) return problem(reply, 404, 'No stream is published under this name.');
      return reply.code(204).send();
    });
    scope.get('/api/v1/recordings', async () => ({ items: fake.recordings(), total: 0 }));
    scope.get('/api/v1/recordings/finished', async () => ({ items: finished, total: finished.length }));
  },
};

const nothing = () => {};
const clients = new WebSocketServer({ noServer: true, handleProtocols: () => 'sluice.live' });
let still = false;
process.on('SIGUSR2', () => {
  still = !still;
});
setInterval(tick, 1000);

async function upgrade(request, socket, head) {
  clients.handleUpgrade(request, socket, head, serve);
  return null;
}

const web = await startWeb({
  config: {
    host: '127.0.0.1',
    httpPort: Number(values.port),
    codecs: { audio: ['opus'], video: ['H264', 'VP8'], audioRedundancy: 'offered' },
    balance: { server: '', ws: 0, wss: 0, flash: 1935 },
    web: { trustedProxies: [], embedFrom: ['*'] },
  },
  log: pino({ level: 'silent' }),
  consoleDir: fileURLToPath(new URL('console', dist)),
  wsPort: 8080,
  version: '0.1.0',
  routes: [routes],
  sockets: [{ path: '/api/v1/live', upgrade }],
});
process.stdout.write(`http://127.0.0.1:${web.address.port}/dashboard\n`);

function tick() {
  if (still) return;
  const { figures } = fake.step(Date.now());
  for (const socket of clients.clients) {
    send(socket, socket.isNew ? { ...figures, changed: fake.rows(), ended: [] } : figures);
    socket.isNew = false;
    if (socket.watched === undefined) continue;
    const detail = fake.detail(socket.watched, figures.time);
    if (detail) send(socket, detail);
    else {
      send(socket, { type: 'gone', stream: socket.watched });
      socket.watched = undefined;
    }
  }
}

function serve(socket) {
  socket.isNew = true;
  send(socket, {
    type: 'hello',
    version: '0.1.0',
    startedAt,
    operator: values.role === 'operator',
    abilities: { recording: true, snapshots: true },
    interval: 1000,
    historyLength: 300,
    warnings: [
      'Everybody who reaches the ports may publish and play: see access.jwtSecret and access.rulesFile.',
    ],
  });
  send(socket, fake.history(null));
  socket.on('error', nothing);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    socket.watched = message.type === 'watch' ? message.stream : undefined;
    if (socket.watched && fake.has(socket.watched)) send(socket, fake.history(socket.watched));
  });
}

function send(socket, message) {
  if (socket.readyState === 1) socket.send(JSON.stringify(message));
}
