// Others that hang, a network that loses, clients that vanish.
import { createSocket } from 'node:dgram';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../lib/check.mjs';

const host = '127.0.0.1';

/** A program that says what ffmpeg says of itself, and then does not do what it should. */
function hangingFfmpeg(what) {
  const path = join(mkdtempSync(join(tmpdir(), 'sluice-chaos-ffmpeg-')), 'ffmpeg');
  const script = `#!/bin/sh
case "$*" in *-version*|*-encoders*) exec ffmpeg "$@";; esac
trap '' TERM
exec ${what}
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const ffmpegs = { 'reads nothing': 'sleep 1000', 'says nothing': 'cat >/dev/null' };

/** Listens, takes everything, answers nothing. @returns {Promise<{ port: number, sockets: Set<any> }>} */
function hangingBackend() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.resume();
  });
  return new Promise((resolve) =>
    server.listen(0, host, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.unref().address());
      resolve({ port, sockets });
    }),
  );
}

/** Loses so many of the datagrams between clients and a port, both ways. */
function lossyRelay(target, loss, dice) {
  const front = createSocket('udp4');
  const clients = new Map();
  const passes = () => dice() >= loss;
  front.on('message', (datagram, { port }) => {
    let back = clients.get(port);
    if (!back) {
      back = createSocket('udp4');
      back.on('message', (answer) => passes() && front.send(answer, port, host));
      clients.set(port, back);
    }
    if (passes()) back.send(datagram, target, host);
  });
  const close = () => {
    for (const socket of [front, ...clients.values()]) socket.close();
  };
  return new Promise((resolve) => front.bind(0, host, () => resolve({ port: front.address().port, close })));
}

const backend = await hangingBackend();
/** @type {import('../lib/run.mjs').Fault[]} */
export const others = [
  ...Object.entries(ffmpegs).map(([how, what]) => ({
    name: `ffmpeg ${how}: starting`,
    flags: { 'transcoding-ffmpeg': hangingFfmpeg(what), 'transcoding-snapshot-timeout': '3000' },
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const { crowd, server } = scene;
      const [publisher] = scene.cast;
      const waiting = await scene.ask(crowd, publisher.stream, { width: 160, height: 90 });
      const [first] = await until(() => server.pids('ffmpeg'), 20_000);
      check.that(first !== undefined, 'no ffmpeg was started');
      await crowd.snapshot(publisher.client, publisher.stream);
      const told = await crowd.wait((event) => event.snapshot !== undefined, 20_000);
      check.that(told?.snapshot === 'snapshotFailed', `snapshot: ${told?.snapshot ?? 'no answer'}`);
      const killed = await until(() => !server.pids('ffmpeg').includes(first), 30_000, 100);
      check.that(killed, 'the ffmpeg that hangs was not killed');
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      scene.over();
      scene.cast.push(waiting);
    },
  })),
  {
    name: 'backend hangs: joining',
    flags: {
      'hooks-applications': JSON.stringify({
        defaultApp: {},
        slow: { url: `http://${host}:${backend.port}` },
      }),
      'hooks-timeout': '3000',
    },
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const asked = Array.from({ length: 20 }, () =>
        scene.crowd.connect(scene.server.wsUrl, 'slow').then(
          () => 'let in',
          () => 'refused',
        ),
      );
      await until(() => backend.sockets.size > 0, 10_000);
      check.that(backend.sockets.size > 0, 'the backend was not asked');
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      const answers = await Promise.all(asked);
      check.that(
        answers.every((one) => one === 'refused'),
        `${answers}`,
      );
    },
  },
  {
    name: 'REST and WebSocket clients hang',
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const [http, ws] = [scene.server.httpUrl, scene.server.wsUrl].map((url) => Number(new URL(url).port));
      const say = (port, text) => {
        const socket = connect(port, host, () => socket.write(text));
        socket.on('error', () => {}).pause();
        return socket;
      };
      const post =
        'POST /rest-api/stream/find_all HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
      const sockets = Array.from({ length: 40 }, (_, index) => [
        say(http, 'GET /metrics HTTP/1.1\r\nHost: loc'),
        say(http, `${post}Content-Length: 1000\r\n\r\n{`),
        say(http, `GET /sdk/flashphoner.js HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(index % 5)),
        say(ws, 'GET / HTTP/1.1\r\nUpgrade: websock'),
      ]).flat();
      await sleep(1500);
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      await sleep(1500);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: '30 % packet loss: joining and streaming',
    async run(scene, check, dice) {
      const { server, crowd } = scene;
      const relays = await Promise.all(server.mediaPorts.map((port) => lossyRelay(port, 0.3, dice)));
      await scene.join({ bystanders: true });
      // Which process they come to is in the answer only.
      const ways = Object.fromEntries(relays.map(({ port }, index) => [server.mediaPorts[index], port]));
      scene.cast.push(
        await scene.publish(crowd, 'lossy', { ways }),
        await scene.play(crowd, 'lossy', { ways }),
      );
      await sleep(8000);
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      scene.over();
      await scene.leave();
      for (const relay of relays) relay.close();
    },
  },
  ...['publisher', 'players'].map((who) => ({
    name: `kill -9 clients: ${who}`,
    async run(scene, check) {
      await scene.join({ record: true, transcode: true, bystanders: true });
      const stream = who === 'publisher' ? scene.cast[0].stream : scene.bystanders[0].stream;
      const elsewhere = await scene.play(scene.others, stream);
      await scene.play(scene.crowd, scene.bystanders[0].stream);
      process.kill(scene.crowd.pid, 'SIGKILL');
      scene.over();
      if (who === 'publisher') await check.failed([elsewhere], ['Stopped by publisher stop']);
      await check.unharmed(scene.bystanders);
      scene.cast = [];
      await scene.others.leave(elsewhere.client);
    },
  })),
];
