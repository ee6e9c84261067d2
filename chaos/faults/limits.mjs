// What the system does not give any more: descriptors, ports, room to send and to write.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTime } from '../../bench/lib/accounting.mjs';
import { metric } from '../lib/census.mjs';
import { until } from '../lib/check.mjs';
import { limitNetwork, mountDisk, unmount } from '../lib/namespace.mjs';
import { Server } from '../lib/server.mjs';

const host = '127.0.0.1';
const usual = 4096;

/** Lets a process open nothing more; `null`: as before. */
function limitDescriptors(pid, most) {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most ?? usual}:`]);
}

/** The lowest number that a new descriptor would have. */
function lowestFree(pid) {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  while (open.has(free)) free += 1;
  return free;
}

/** Whether somebody answers at a port within a second. */
function connects(port) {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const settle = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.on('connect', () => socket.once('data', () => settle(true)));
    socket.on('error', () => settle(false)).on('close', () => settle(false));
    setTimeout(() => settle(false), 1000);
  });
}

/** What a process takes of a core, for two seconds. */
async function load(pid) {
  const before = cpuTime(pid).total;
  await sleep(2000);
  return (cpuTime(pid).total - before) / 2e6;
}

const recordingFailed = ({ msg }) => msg === 'recording failed, the stream goes on';

/** @type {import('../lib/run.mjs').Fault[]} */
export const limits = [
  ...['control', 'media', 'egress'].map((role) => ({
    name: `no descriptors left: ${role}`,
    async run(scene, check) {
      await scene.join({ transcode: true, bystanders: true });
      const { server } = scene;
      const { length } = server.entries;
      const pids = server.pids(role);
      for (const pid of pids) limitDescriptors(pid, lowestFree(pid));
      const { port } = new URL(server.wsUrl);
      const asking = Array.from({ length: 20 }, () =>
        connects(role === 'media' ? server.mediaPorts[0] : Number(port)),
      );
      const busy = await load(pids[0]);
      check.that(busy < 0.6, `the process was busy for ${Math.round(busy * 100)} % of the time`);
      await Promise.all(asking);
      if (role === 'egress') {
        const recorded = await scene.publish(scene.crowd, 'unrecorded', { record: true });
        scene.cast.push(recorded);
        check.that(
          await server.logs(recordingFailed, 10_000, 'it fails', length).catch(() => null),
          'no recording failed',
        );
      }
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      for (const pid of pids) limitDescriptors(pid, null);
      scene.over();
    },
  })),
  {
    name: 'no descriptors left: media process killed',
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const { server } = scene;
      const pid = scene.mediaOf(scene.cast[0]);
      const { controlPid } = server;
      limitDescriptors(controlPid, lowestFree(controlPid));
      process.kill(pid, 'SIGKILL');
      await check.failed(scene.cast, ['Failed by error', 'Stopped by publisher stop']);
      await sleep(2000);
      await check.unharmed(scene.bystanders);
      limitDescriptors(controlPid, null);
      scene.over();
      const { processes } = scene.baseline.roles.media;
      const there = await until(() => server.pids('media').length === processes, 20_000);
      check.that(there, 'the media process was not replaced');
    },
  },
  ...['media', 'ws', 'http'].map((kind) => ({
    name: `port taken at start: ${kind}`,
    async run(scene, check) {
      const { port } = new URL(kind === 'http' ? scene.server.httpUrl : scene.server.wsUrl);
      const taken = kind === 'media' ? scene.server.mediaPorts[0] : Number(port);
      const flags = { ...scene.flags, [`${kind}-port`]: String(taken) };
      const server = await Server.launch({ flags });
      const ended = await until(() => !server.alive, 60_000);
      check.that(ended, 'the server went on');
      const { code } = await server.exited;
      const said = server.entries.map(({ msg }) => msg).find((msg) => msg?.startsWith('sluice: '));
      check.that(code === 1 && said?.includes(String(taken)), `it ended with ${code}, saying '${said}'`);
      check.that(server.processes().length === 0, 'it left processes behind');
      server.remove();
    },
  })),
  {
    name: 'port taken when started again: media',
    flags: { 'media-workers': '1' },
    async run(scene, check) {
      await scene.join();
      const [port] = scene.server.mediaPorts;
      for (const pid of scene.server.pids('media')) process.kill(pid, 'SIGKILL');
      const thief = await until(() => take(port), 5000, 1);
      check.that(thief, 'the port could not be taken');
      await check.failed(scene.cast, ['Failed by error', 'Stopped by publisher stop']);
      await sleep(4000);
      await new Promise((resolve) => (thief ? thief.close(() => resolve(null)) : resolve(null)));
      scene.over();
      const there = await until(() => scene.server.pids('media').length === 1, 20_000);
      check.that(there, 'the media process was not replaced');
    },
  },
  {
    name: 'send buffer full: media',
    namespace: true,
    flags: { 'media-socket-buffer': '65536', 'media-workers': '1' },
    async run(scene, check) {
      await scene.join({ bystanders: true });
      const more = await Promise.all(
        Array.from({ length: 10 }, () => scene.play(scene.crowd, scene.cast[0].stream)),
      );
      scene.cast.push(...more);
      limitNetwork('600kbit');
      await sleep(5000);
      limitNetwork(null);
      scene.over();
      await check.unharmed([...scene.cast, ...scene.bystanders]);
      const dropped = metric(await scene.server.metrics(), 'sluice_media_drops_total', 'kind="congestion"');
      check.that(dropped > 0, 'nothing was dropped: the buffer was not full');
    },
  },
  {
    name: 'disk full: recording',
    namespace: true,
    flags: { 'recording-min-free-space': '0' },
    async run(scene, check) {
      const { server } = scene;
      const folder = join(server.home.dataDir, 'records');
      if (!existsSync(folder)) mkdirSync(folder);
      mountDisk(folder, '200k');
      try {
        const { length } = server.entries;
        await scene.join({ record: true, bystanders: true });
        const failed = await server.logs(recordingFailed, 60_000, 'it fails', length).catch(() => null);
        check.that(failed?.reason?.includes('ENOSPC'), `the recording failed for '${failed?.reason}'`);
        await check.unharmed([...scene.cast, ...scene.bystanders]);
        mountDisk(folder, '50m', true);
        scene.over();
        const { length: from } = server.entries;
        const next = await scene.publish(scene.crowd, 'recorded', { record: true });
        await sleep(2500);
        await scene.crowd.stop(next.client, next.id, next.stream);
        const done = await server
          .logs(
            ({ msg, failure }) => msg === 'recording finished' && !failure,
            10_000,
            'it is finished',
            from,
          )
          .catch(() => null);
        check.that(done?.duration > 1000, 'the next recording was not finished');
        scene.cast.push(next);
      } finally {
        unmount(folder);
      }
    },
  },
];

/** Takes a port as soon as it is free; null while it is not. */
function take(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(null)));
    socket.bind(port, host, () => resolve(socket));
  });
}
